import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * `npm run verify:kill`: test/engine/kill.test.ts with every point at which the server is killed, told as a table. `npm
 * test` has half of them.
 */
const Report = z.object({
  testResults: z.array(
    z.object({
      assertionResults: z.array(
        z.object({ title: z.string(), status: z.string(), duration: z.number().nullish() }),
      ),
    }),
  ),
});

const folder = await mkdtemp(join(tmpdir(), 'slipway-kill-'));
const report = join(folder, 'report.json');
const started = performance.now();
const child = spawn(
  'npx',
  [
    ...['vitest', 'run', '--project', 'engine', 'test/engine/kill.test.ts'],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  ],
  { stdio: 'inherit', env: { ...process.env, SLIPWAY_KILL_POINTS: 'all' } },
);
await new Promise((resolve, reject) => {
  child.once('error', reject);
  child.once('exit', resolve);
});
const { testResults } = Report.parse(JSON.parse(await readFile(report, 'utf8')));
await rm(folder, { recursive: true, force: true });

const points = testResults.flatMap(({ assertionResults }) => assertionResults);
const healed = points.filter(({ status }) => status === 'passed');
console.log('\nhealed  seconds  killed');
for (const { title, status, duration } of points) {
  const seconds = ((duration ?? 0) / 1000).toFixed(1);
  console.log(`${(status === 'passed' ? 'yes' : 'NO').padEnd(6)}  ${seconds.padStart(7)}  ${title}`);
}
const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
console.log(JSON.stringify({ verify: 'kill', points: points.length, healed: healed.length, seconds }));
process.exitCode = points.length > 0 && healed.length === points.length ? 0 : 1;
