import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { interruption } from '../../scripts/interruption.ts';
import { messageOf } from '../../shared/core/errors.ts';
import setUpGround from '../support/ground-setup.ts';
import { chooseMutants, SAMPLE_MUTANTS } from './choose-mutants.ts';
import { removeRest, removeServices } from './clear-stack.ts';
import { mayClash } from './compose-hints.ts';
import { openPair } from './engine-pair.ts';
import { findFiles, type VerifyFile } from './find-files.ts';
import { runInLanes } from './in-lanes.ts';
import type { Pair } from './pair.ts';
import {
  countDifferences,
  countExceptions,
  type FileResult,
  sayDifferences,
  sayFile,
  sayHeading,
  sayMutants,
  sayRefusals,
  sayTerms,
} from './report.ts';
import { type MutantResult, runMutants } from './run-mutants.ts';
import { createSetting, isAboutMissing } from './setting.ts';
import { type Verdict, verifyFile } from './verify-file.ts';

/**
 * `npm run verify:stacks -- [DIR...] [--mutations] [--sample]`: every Compose file below the folders (our own, where none
 * is given) deployed twice by the real `docker stack deploy` and twice by ours, and compared. Mutants of our own file that
 * sets everything prove that the comparison sees; `--mutations` adds those of every file given. `--sample`: a telling
 * handful of both, for `npm test`. Exits 1 where anything differs or a mutant survives, 2 where there is nothing to do.
 */
const OWN = fileURLToPath(new URL('./files', import.meta.url));
/** What sets each field that the converter knows. */
const EVERYTHING = /\/accepted\/everything[\w-]*\.yml$/;
const SAMPLE_FILES =
  /\/(accepted\/(everything|ports|interpolation|secrets|anchors|networks|mounts|rotation|disk-binds)|refused\/(tab|unknown-key|bad-port|external-missing))\.yml$/;
/** The docker command is a process a deploy, on two cores. */
const LANES = 3;

const given = process.argv.slice(2);
const isSample = given.includes('--sample');
const isAllMutants = given.includes('--mutations');
/** npm runs a script in the project's folder, and says where it was called. */
const calledIn = process.env.INIT_CWD ?? process.cwd();
const folders = given.filter((each) => !each.startsWith('--')).map((each) => resolve(calledIn, each));

async function main(): Promise<number> {
  const started = performance.now();
  const own = (await findFiles(OWN)).files;
  const found = folders.length === 0 ? [{ files: own, passedOver: [] }] : await findAll(folders);
  const files = found
    .flatMap((each) => each.files)
    .filter(({ name }) => !isSample || SAMPLE_FILES.test(name));
  if (files.length === 0) throw new Error(`no Compose file below ${folders.join(', ')}`);
  for (const { name, reason } of found.flatMap((each) => each.passedOver)) {
    console.log(`passed over ${name}: ${reason}`);
  }
  sayTerms();

  const { results, mutants } = await verifyFiles(files, own);
  // Behind all that goes with the ground: its last line is the last of all.
  return conclude(results, mutants, (performance.now() - started) / 1000);
}

async function verifyFiles(
  files: VerifyFile[],
  own: VerifyFile[],
): Promise<{ results: Verified[]; mutants: MutantResult[] }> {
  const releaseGround = await setUpGround();
  try {
    const pair = await openPair();
    // A killed run leaves its engines to the next one; a stopped run takes them along.
    const stop = () => void pair.close().finally(() => process.exit(130));
    interruption(stop);
    try {
      const results = await verifyAll(pair, files);
      const bases = [
        ...own.filter(({ name }) => EVERYTHING.test(name)),
        ...(isAllMutants ? results.filter(isSame).map(({ file }) => file) : []),
      ];
      return { results, mutants: await mutateAll(pair, bases) };
    } finally {
      await pair.close();
    }
  } finally {
    await releaseGround?.();
  }
}

async function findAll(paths: string[]): Promise<Awaited<ReturnType<typeof findFiles>>[]> {
  for (const path of paths) {
    if (!(await stat(path)).isDirectory()) throw new Error(`${path} is not a folder`);
  }
  return Promise.all(paths.map(findFiles));
}

interface Verified extends FileResult {
  file: VerifyFile;
}

let stacks = 0;
const nextStack = () => `v${++stacks}`;

async function verifyAll(pair: Pair, files: VerifyFile[]): Promise<Verified[]> {
  const width = Math.max(...files.map(({ name }) => name.length));
  const results: Verified[] = [];
  const setUp = createSetting(pair);
  const cleaning: Promise<unknown>[] = [];
  sayHeading(width);

  async function verifyOne(file: VerifyFile): Promise<void> {
    const stack = nextStack();
    const started = performance.now();
    await setUp(file);
    const verdict = await verifyFile(pair, file, stack).catch((error: unknown) => failed(error));
    const result = { file, name: file.name, verdict, milliseconds: performance.now() - started };
    results.push(result);
    sayFile(result, width);
    const engines = [pair.theirs, pair.ours];
    await Promise.all(engines.map(({ http }) => removeServices(http, stack))).catch(() => {});
    const rest = Promise.all(engines.map(({ http }) => removeRest(http, stack))).catch(() => {});
    // Only a name or range of its own must be free again before another file has it.
    if (mayClash(file.source.compose).names) await rest;
    else cleaning.push(rest);
  }

  const keysOf = ({ source, second }: VerifyFile) => {
    const { ports, names } = mayClash(`${source.compose}\n${second?.source.compose ?? ''}`);
    return [...(ports ? ['ports'] : []), ...(names ? ['names'] : [])];
  };
  const [early, late] = [
    files.filter(({ name }) => isAboutMissing(name)),
    files.filter(({ name }) => !isAboutMissing(name)),
  ];
  await runInLanes(early, LANES, keysOf, verifyOne);
  await runInLanes(late, LANES, keysOf, verifyOne);
  await Promise.all(cleaning);
  return results.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function failed(error: unknown): Verdict {
  const words = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
  return {
    services: 0,
    exceptions: [],
    differences: [{ path: 'the comparison itself failed', theirs: undefined, ours: words }],
  };
}

function isSame({ verdict, file }: Verified): boolean {
  const { differences, exceptions, refusal } = verdict;
  return differences.length + exceptions.length === 0 && refusal === undefined && file.second === undefined;
}

async function mutateAll(pair: Pair, bases: VerifyFile[]): Promise<MutantResult[]> {
  const choose = chooseMutants(isSample ? SAMPLE_MUTANTS : undefined);
  const results: MutantResult[] = [];
  for (const file of bases) {
    const stack = nextStack();
    try {
      results.push(...(await runMutants(pair, file, stack, choose)));
    } catch (error) {
      results.push({ path: file.name, change: messageOf(error), caught: 'no' });
    }
    for (const { http } of [pair.theirs, pair.ours]) {
      await removeServices(http, stack);
      await removeRest(http, stack);
    }
  }
  return results;
}

/** @returns the exit code. */
function conclude(results: Verified[], mutants: MutantResult[], seconds: number): number {
  const differences = countDifferences(results);
  const tried = mutants.filter(({ caught }) => caught !== 'void').length;
  const survived = mutants.filter(({ caught }) => caught === 'no').length;
  sayRefusals(results);
  sayDifferences(results);
  sayMutants(mutants);
  console.log(`${results.length} files, ${differences} differences`);
  console.log(
    JSON.stringify({
      files: results.length,
      differences,
      exceptions: countExceptions(results),
      refused: results.filter(({ verdict }) => verdict.refusal !== undefined).length,
      mutants: tried,
      caught: tried - survived,
      seconds: Math.round(seconds * 10) / 10,
    }),
  );
  return differences + survived === 0 ? 0 : 1;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(messageOf(error));
  return 2;
});
