import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { name: 'floors', include: ['test/floors.test.ts'] } },
      {
        test: {
          name: 'unit',
          include: ['test/{unit,contract,infra}/**/*.test.ts'],
          // Five times what the longest takes here: a hang is found, a busy machine is none.
          testTimeout: 30_000,
          expect: { poll: { timeout: 10_000 } },
          // Half the time: each worker reads the sources once, for no test mocks a module or changes one.
          isolate: false,
          maxWorkers: '100%',
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'engine',
          include: ['test/engine/**/*.test.ts'],
          globalSetup: ['test/support/ground-setup.ts'],
          // Three times what the longest takes on a machine that half belongs to others.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // They mostly wait for engines; more at once on two cores would measure the machine, not the product.
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['shared/**/*.ts', 'functions/**/*.ts', 'cli/**/*.ts', 'client/**/*.ts'],
      reportOnFailure: true,
      reporter: ['text-summary'],
      // Issue 2's goal; what is printed is usually more.
      thresholds: process.argv.includes('--project') ? {} : { lines: 90 },
    },
  },
});
