import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { prepareGround } from './ground.ts';

/**
 * `npm test`: the gate (`npm run check`), the ground, then every test and a small sample of each bench and verification, with one
 * count of all as the last line.
 */
interface Count {
  passed: number;
  failed: number;
}

/** The part of vitest's JSON report that is counted. */
const Report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({ assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })) }),
  ),
});

const SAMPLES = [
  ['tsx', 'test/bench/lab.ts', '--sample'],
  ['tsx', 'test/bench/stack.ts', '--sample'],
  ['tsx', 'test/bench/bundle.ts', '--sample'],
  ['tsx', 'test/simulate/burst.ts', '--sample'],
  ['tsx', 'test/verify/stacks.ts', '--sample'],
  ['tsx', 'test/verify/catalogue.ts', '--sample'],
];

/** Runs a command with our terminal. @returns its exit code; 1 when a signal ended it. */
function run(command: string[], environment: Record<string, string> = {}): Promise<number> {
  const [name = '', ...options] = command;
  const child = spawn(name, options, { stdio: 'inherit', env: { ...process.env, ...environment } });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function runVitest(environment: Record<string, string>): Promise<Count> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'));
  const report = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const code = await run(['npx', 'vitest', 'run', '--coverage', ...reporters], environment);
    const { numPassedTests, numFailedTests, testResults } = Report.parse(
      JSON.parse(readFileSync(report, 'utf8')),
    );
    const unable = testResults.flatMap(({ assertionResults }) =>
      assertionResults.filter(({ status }) => status !== 'passed' && status !== 'failed'),
    );
    if (unable.length > 0) console.log(`this machine could not run ${unable.length} tests (said above why):`);
    for (const { fullName } of unable) console.log(`  ${fullName}`);
    // A failing file, hook or coverage goal fails the run without failing a test.
    return { passed: numPassedTests, failed: code !== 0 && numFailedTests === 0 ? 1 : numFailedTests };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function testAll(): Promise<Count> {
  if ((await run(['npm', 'run', '--silent', 'check'])) !== 0) return { passed: 0, failed: 1 };
  const ground = await prepareGround({ say: (line) => console.log(line) });
  try {
    const { dockerHost, hostImage, mirrorPort } = ground;
    const environment = { SLIPWAY_GROUND: JSON.stringify({ dockerHost, hostImage, mirrorPort }) };
    const count = await runVitest(environment);
    for (const sample of SAMPLES) {
      const code = await run(['npx', ...sample], environment);
      if (code === 0) count.passed += 1;
      else count.failed += 1;
    }
    return count;
  } finally {
    await ground.close();
  }
}

const count = await testAll().catch((error: unknown) => {
  console.error(error);
  return { passed: 0, failed: 1 };
});
console.log(`tests: ${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed === 0 && count.passed > 0 ? 0 : 1;
