import { messageOf, SlipwayError } from '../../shared/core/errors.ts';
import type { Engine } from '../../shared/ports/engine.ts';
import { deployStack } from '../../shared/stack/deploy.ts';
import { compareStates } from './compare-states.ts';
import { type Difference, findDifferences } from './differences.ts';
import { type ExceptionName, excusedRefusal, isRotation } from './exceptions.ts';
import type { ComposeInput, VerifyFile } from './find-files.ts';
import type { OracleAnswer } from './oracle.ts';
import type { Pair } from './pair.ts';
import { type Asked, recordEngine } from './record-engine.ts';
import { isEmptyState, isSettled, readStackState, type StackState } from './stack-state.ts';

interface Refusal {
  exitCode: number | undefined;
  stderr: string;
  /** Our words; absent where ours took it. */
  ours: string | undefined;
}

export interface Verdict {
  services: number;
  differences: Difference[];
  exceptions: ExceptionName[];
  /** Where either refused. */
  refusal?: Refusal;
  /** What ours asked for; absent where it was refused. */
  asked?: Asked;
}

/** Deploys a file twice by each hand under a name that neither swarm has seen, and compares after each. */
export async function verifyFile(pair: Pair, file: VerifyFile, stack: string): Promise<Verdict> {
  const recorded = recordEngine(pair.ours.engine);
  const [theirs, error] = await deployBoth(pair, recorded.engine, file, { name: stack, isNew: true });
  if (theirs.exitCode !== 0 || error !== undefined) return judgeRefusal(pair, file, stack, theirs, error);

  const first = await compareStates(pair, file, stack, false);
  const differences = [...first.differences];
  const exceptions = new Set<ExceptionName>(first.usesDiskBinds ? ['disk-binds'] : []);
  const verdict = { services: Object.keys(first.theirs.services).length, asked: recorded.asked };
  const before = await readStackState(pair.ours.http, stack);

  const input = file.second ?? file;
  const again = recordEngine(pair.ours.engine);
  const [theirSecond, secondError] = await deployBoth(pair, again.engine, input, {
    name: stack,
    isNew: false,
  });
  const isRefused = theirSecond.exitCode !== 0 || secondError !== undefined;
  const refusal = isRefused ? refusalOf(theirSecond, secondError) : undefined;
  if (theirSecond.exitCode !== 0 && secondError === undefined && isRotation(theirSecond.stderr)) {
    exceptions.add('rotation');
    if (again.writes.length === 0) differences.push(secondDeploy('what has changed is written', 'nothing'));
  } else if ((theirSecond.exitCode === 0) !== (secondError === undefined)) {
    differences.push(secondDeploy(answerOf(theirSecond), secondError ? messageOf(secondError) : 'accepted'));
  } else {
    const second = await compareStates(pair, input, stack, true);
    const known = new Set(differences.map(({ path }) => path));
    differences.push(
      ...second.differences
        .filter(({ path }) => !known.has(path))
        .map((each) => ({ ...each, path: `second deploy: ${each.path}` })),
    );
  }
  if (file.second === undefined) {
    const after = await readStackState(pair.ours.http, stack);
    differences.push(...touched(again.writes, before.state, after.state));
    if (!first.usesDiskBinds) differences.push(...(await takeOver(pair, file, stack)));
  }
  return { ...verdict, ...(refusal ? { refusal } : {}), differences, exceptions: [...exceptions] };
}

async function deployBoth(
  { theirs: _, oracle }: Pair,
  engine: Engine,
  { path, source, isText }: ComposeInput,
  stack: { name: string; isNew: boolean },
): Promise<[OracleAnswer, unknown]> {
  const deployOurs = async () => {
    if (!isText) throw new SlipwayError('malformed', 'the Compose file is not UTF-8');
    await deployStack(engine, { ...stack, source });
  };
  return Promise.all([
    oracle.deploy(path, stack.name, source.variables),
    deployOurs().then(
      () => undefined,
      (error: unknown) => error,
    ),
  ]);
}

/** After a second deploy of the same: nothing may have been written, and each service has the version it had. */
function touched(writes: string[], before: StackState, after: StackState): Difference[] {
  const written = writes.map((write) => secondDeploy('leaves what is unchanged alone', write));
  // A swarm that has yet to give an address writes by itself.
  const names = isSettled(before) ? Object.keys(before.services) : [];
  const versions = names.flatMap((name) =>
    findDifferences(versionOf(before.services[name]), versionOf(after.services[name])).map((difference) => ({
      ...difference,
      path: `second deploy: version of ${name}`,
    })),
  );
  return [...written, ...versions];
}

function versionOf(service: unknown): unknown {
  return (service as { Version?: { Index?: number } } | undefined)?.Version?.Index;
}

/** What the real command deployed is left alone by ours. */
async function takeOver({ theirs }: Pair, { source }: ComposeInput, stack: string): Promise<Difference[]> {
  const { engine, writes } = recordEngine(theirs.engine);
  try {
    await deployStack(engine, { name: stack, source });
  } catch (error) {
    writes.push(messageOf(error));
  }
  return writes.map((write) => ({
    path: 'ours over what the CLI deployed',
    theirs: 'leaves it alone',
    ours: write,
  }));
}

function secondDeploy(theirs: unknown, ours: unknown): Difference {
  return { path: 'second deploy', theirs, ours };
}

function refusalOf(theirs: OracleAnswer, error: unknown): Refusal {
  return { ...theirs, ours: error === undefined ? undefined : messageOf(error) };
}

function answerOf({ exitCode, stderr }: OracleAnswer): string {
  if (exitCode === undefined) return 'no answer in time';
  return exitCode === 0 ? 'accepted' : `refused: ${stderr}`;
}

/** Refused by one at least: by both is well, if ours then left nothing where the CLI left nothing. */
async function judgeRefusal(
  pair: Pair,
  file: VerifyFile,
  stack: string,
  theirs: OracleAnswer,
  error: unknown,
): Promise<Verdict> {
  const refusal = refusalOf(theirs, error);
  const verdict = {
    services: 0,
    refusal,
    exceptions: [] as ExceptionName[],
    differences: [] as Difference[],
  };
  if (error === undefined || theirs.exitCode === 0 || theirs.exitCode === undefined) {
    const excuse = error instanceof SlipwayError ? excusedRefusal(file, error) : undefined;
    if (excuse !== undefined) return { ...verdict, exceptions: [excuse] };
    return {
      ...verdict,
      differences: [{ path: 'refused', theirs: answerOf(theirs), ours: refusal.ours ?? 'accepted' }],
    };
  }
  const [left, ourLeft] = await Promise.all([
    readStackState(pair.theirs.http, stack),
    readStackState(pair.ours.http, stack),
  ]);
  // Where the CLI passes on the engine's word, that word is as good from ours.
  const isEngines = /Error response from daemon/.test(theirs.stderr);
  const codes = [
    'malformed',
    'invalid_input',
    'conflict',
    'too_large',
    ...(isEngines ? ['engine_refused'] : []),
  ];
  const code = error instanceof SlipwayError ? error.code : 'no SlipwayError';
  if (!codes.includes(code)) {
    verdict.differences.push({ path: 'refused: kind of error', theirs: codes.join(', '), ours: code });
  }
  if (isEmptyState(left.state) && !isEmptyState(ourLeft.state)) {
    const made = Object.values(ourLeft.state).flatMap((objects) => Object.keys(objects));
    verdict.differences.push({ path: 'refused: left behind', theirs: [], ours: made });
  }
  return verdict;
}
