import { setTimeout as sleep } from 'node:timers/promises';
import type { PlainEngine } from '../support/plain-engines.ts';
import { type Difference, findDifferences } from './differences.ts';
import { setDiskBindsAside } from './exceptions.ts';
import type { ComposeInput } from './find-files.ts';
import { nodeVolumes } from './node-volumes.ts';
import { normalise } from './normalise.ts';
import type { Pair } from './pair.ts';
import { withSecretData } from './secret-data.ts';
import { isSettled, readStackState, type StackState } from './stack-state.ts';

export interface Comparison {
  theirs: StackState;
  differences: Difference[];
  usesDiskBinds: boolean;
}

/** A swarm gives services their addresses some milliseconds after it took them, and some it never gives any. */
const SETTLED_WITHIN_MS = 1500;
/** What one swarm has and the other has not yet is waited for longer. */
const ALIKE_WITHIN_MS = 8000;
const PAUSE_MS = 20;

/** Compared until the same, or until what only a swarm's slowness explains has been given its time. */
export async function compareStates(
  pair: Pair,
  input: ComposeInput,
  stack: string,
  isSecondDeploy: boolean,
): Promise<Comparison> {
  const started = Date.now();
  for (;;) {
    const [theirs, ours] = await Promise.all([
      readStackState(pair.theirs.http, stack),
      readStackState(pair.ours.http, stack),
    ]);
    const waited = Date.now() - started;
    const isOver = waited > SETTLED_WITHIN_MS || (isSettled(theirs.state) && isSettled(ours.state));
    if (!isOver) {
      await sleep(PAUSE_MS);
      continue;
    }
    const { compose, variables } = input.source;
    const written = [compose, ...Object.values(variables)].join('\n');
    const prepare = async (http: PlainEngine['http'], read: typeof theirs): Promise<StackState> => {
      const secrets = await withSecretData(http, read.state.secrets, input.source.files);
      const volumes = isSecondDeploy ? {} : await nodeVolumes(http, read.state.services);
      return normalise({ ...read.state, secrets, volumes }, { ids: read.names.ids, written, isSecondDeploy });
    };
    const aside = setDiskBindsAside(
      input,
      await prepare(pair.theirs.http, theirs),
      await prepare(pair.ours.http, ours),
    );
    const differences = findDifferences(aside.theirs, aside.ours);
    if (differences.length > 0 && differences.every(mayBeSlowness) && waited < ALIKE_WITHIN_MS) {
      await sleep(PAUSE_MS);
      continue;
    }
    return { theirs: aside.theirs, differences, usesDiskBinds: aside.isUsed };
  }
}

/** Is it where a swarm writes by itself, a moment after it was asked? */
function mayBeSlowness({ path }: Difference): boolean {
  return /^services\b.*\.Endpoint\b|^networks\b.*\.(IPAM|Options)\b/.test(path);
}
