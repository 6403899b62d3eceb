import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, bundleFunction, bytesAtStart, FUNCTIONS } from '../../scripts/bundle.ts';
import { run } from '../../scripts/process.ts';
import { functionEnvironment } from '../support/function-environment.ts';
import { median } from './median.ts';
import { node24 } from './node-24.ts';

/**
 * `npm run bench:bundle`: the size of each function's bundle, and how long Node 24 takes to import it in a process of its
 * own, beside one with Hono and lib-dynamodb alone; in turn, so that what else the machine does is shared. What routes load
 * when they are called is not imported. `--sample`: few rounds.
 */
const GOAL = 1.8;
const SAMPLE = process.argv.includes('--sample');
const ROUNDS = SAMPLE ? 5 : 25;
/** Few rounds on two busy cores: the sample only tells that nothing has gone badly wrong. */
const SLACK = SAMPLE ? 1.2 : 1;
const BASELINE = 'baseline';
const IMPORT =
  'const began = performance.now(); await import(process.argv[1]); console.log(performance.now() - began);';

const node = await node24();
const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
try {
  const bytes: Record<string, { start: number; all: number }> = {};
  const note = (name: string, metafile: Awaited<ReturnType<typeof bundle>>) => {
    const all = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
    bytes[name] = { start: bytesAtStart(metafile), all };
  };
  note(BASELINE, await bundle('test/bench/bundle-baseline.ts', join(folder, BASELINE)));
  for (const name of FUNCTIONS) note(name, await bundleFunction(name, folder));

  const names = [BASELINE, ...FUNCTIONS];
  const milliseconds: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -1; round < ROUNDS; round += 1) {
    // Each goes first in turn; the first round fills the disk's cache and does not count.
    for (const [index] of names.entries()) {
      const name = names[(index + round + 1) % names.length] ?? BASELINE;
      const took = await importTime(name);
      if (round >= 0) milliseconds[name]?.push(took);
    }
  }

  const base = median(milliseconds[BASELINE] ?? []);
  const results = names.map((name) => {
    const importMilliseconds = median(milliseconds[name] ?? []);
    const { start = 0, all = 0 } = bytes[name] ?? {};
    return {
      bundle: name,
      startBytes: start,
      allBytes: all,
      importMilliseconds,
      ratio: importMilliseconds / base,
    };
  });
  const version = (await run(node, ['--version'], { deadlineSeconds: 10 })).trim();
  console.log(`Node ${version}, medians of ${ROUNDS} processes each`);
  console.log('bundle      at start      in all    import   to the baseline');
  for (const { bundle: name, startBytes, allBytes, importMilliseconds, ratio } of results) {
    console.log(
      `${name.padEnd(10)} ${kilobytes(startBytes)} ${kilobytes(allBytes)} ${importMilliseconds.toFixed(1).padStart(6)} ms ${ratio.toFixed(2).padStart(17)}`,
    );
  }
  const ratio = results.find((result) => result.bundle === 'api')?.ratio ?? Number.NaN;
  const met = ratio <= GOAL * SLACK;
  console.log(`goal: api imports in at most ${GOAL} x the baseline: ${met ? 'met' : 'MISSED'}`);
  console.log(
    JSON.stringify({ bench: 'bundle', node: version, rounds: ROUNDS, results, goals: { api: GOAL } }),
  );
  process.exitCode = met ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function importTime(name: string): Promise<number> {
  const entry = pathToFileURL(join(folder, name, 'index.mjs')).href;
  const environment = name === BASELINE ? {} : functionEnvironment(name as (typeof FUNCTIONS)[number]);
  const out = await run(node, ['--input-type=module', '--eval', IMPORT, '--', entry], {
    deadlineSeconds: 30,
    environment: { AWS_REGION: 'us-east-1', ...environment },
  });
  return Number(out.trim());
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(0).padStart(8)} KB`;
}
