import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
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

/** What failed, told again at the end: of a run of minutes, a CI keeps the last lines alone. */
const failures: string[] = [];
const TOLD_AGAIN = 20;
const TOLD_LINES = 12;
const TOLD_CHARACTERS = 1_500;

/** The part of vitest's JSON report that is counted. */
const Report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({ status: z.string(), fullName: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

const SAMPLES = [
  ['tsx', 'test/bench/lab.ts', '--sample'],
  ['tsx', 'test/bench/stack.ts', '--sample'],
  ['tsx', 'test/bench/bundle.ts', '--sample'],
  ['tsx', 'test/bench/tick.ts', '--sample'],
  ['tsx', 'test/simulate/burst.ts', '--sample'],
  ['tsx', 'test/simulate/class.ts', '--sample'],
  ['tsx', 'test/verify/stacks.ts', '--sample'],
  ['tsx', 'test/verify/catalogue.ts', '--sample'],
  ['tsx', 'test/verify/course.ts', '--sample'],
];

/**
 * Runs a command with our terminal.
 * @param onLine is given each line that it prints, in place of the terminal.
 * @returns its exit code; 1 when a signal ended it.
 */
function run(
  command: string[],
  environment: Record<string, string> = {},
  onLine?: (line: string) => void,
): Promise<number> {
  const [name = '', ...options] = command;
  const child = spawn(name, options, {
    stdio: ['inherit', onLine ? 'pipe' : 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
  });
  if (child.stdout && onLine) createInterface({ input: child.stdout }).on('line', onLine);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

function tellAgain(what: string, why: string): void {
  const lines = why.slice(0, TOLD_CHARACTERS).split('\n').slice(0, TOLD_LINES);
  failures.push([what, ...lines].join('\n    '));
}

async function runVitest(environment: Record<string, string>, report: string): Promise<Count> {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run(['npx', 'vitest', 'run', '--coverage', ...reporters], environment);
  const { numPassedTests, numFailedTests, testResults } = Report.parse(
    JSON.parse(readFileSync(report, 'utf8')),
  );
  for (const file of testResults) {
    const path = relative('.', file.name);
    const failed = file.assertionResults.filter(({ status }) => status === 'failed');
    for (const { fullName, failureMessages } of failed)
      tellAgain(`${path}: ${fullName}`, failureMessages.join('\n'));
    if (file.status === 'failed' && failed.length === 0) tellAgain(path, file.message);
  }
  if (code !== 0 && failures.length === 0) tellAgain(`vitest: exit code ${code}`, 'said above why');
  const unable = testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status !== 'passed' && status !== 'failed'),
  );
  if (unable.length > 0) console.log(`this machine could not run ${unable.length} tests (said above why):`);
  for (const { fullName } of unable) console.log(`  ${fullName}`);
  // A failing file, hook or coverage goal fails the run without failing a test.
  return { passed: numPassedTests, failed: code !== 0 && numFailedTests === 0 ? 1 : numFailedTests };
}

async function testAll(): Promise<Count> {
  if ((await run(['npm', 'run', '--silent', 'check'])) !== 0) {
    tellAgain('npm run check', 'said above why');
    return { passed: 0, failed: 1 };
  }
  const ground = await prepareGround({ say: (line) => console.log(line) });
  const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'));
  try {
    const { dockerHost, hostImage, mirrorPort } = ground;
    const environment = {
      SLIPWAY_GROUND: JSON.stringify({ dockerHost, hostImage, mirrorPort }),
      // The homes, keys and certificates of hundreds of students: all in one folder, which goes with the run.
      TMPDIR: folder,
    };
    const count = await runVitest(environment, join(folder, 'report.json'));
    for (const sample of SAMPLES) {
      let lastLine = '';
      const code = await run(['npx', ...sample], environment, (line) => {
        console.log(line);
        lastLine = line;
      });
      if (code === 0) count.passed += 1;
      else {
        count.failed += 1;
        tellAgain(sample.join(' '), `exit code ${code}; its last line:\n${lastLine}`);
      }
    }
    return count;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await ground.close();
  }
}

const count = await testAll().catch((error: unknown) => {
  console.error(error);
  tellAgain('npm test', String(error));
  return { passed: 0, failed: 1 };
});
if (failures.length > 0) console.log(`\nfailed, the first ${TOLD_AGAIN} of ${failures.length} told again:`);
for (const failure of failures.slice(0, TOLD_AGAIN)) console.log(`  ${failure}`);
console.log(`tests: ${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed === 0 && count.passed > 0 ? 0 : 1;
