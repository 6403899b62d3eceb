import { newLabId } from '../../core/ids.ts';
import type { SecretDeps } from '../../engine/lab-secrets.ts';
import type { Deps } from '../../ports/deps.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Caller } from '../caller.ts';
import { findLab } from '../find-lab.ts';
import { type Asked, once } from '../once.ts';
import { inOurWords } from './engine-words.ts';
import { labMac } from './lab-mac.ts';
import { openSwarm, type SwarmDeps } from './open-swarm.ts';

export type SwarmWriteDeps = SwarmDeps & SecretDeps & Pick<Deps, 'requests'>;

/** One asking for a change in a lab's swarm, perhaps under an Idempotency-Key. */
export interface SwarmWrite {
  caller: Caller;
  labId: string;
  method: string;
  path: string;
  /** Whatever makes another request of it; it may hold a secret, and is kept as a keyed digest alone. */
  body?: unknown;
  key: string | undefined;
}

/**
 * Carries out a change of a lab's swarm, under its key. What it makes is the swarm's and not the record's, so `act` is
 * told whether it was asked before, and since when: then what it finds done since is its own work.
 */
export async function writeSwarm<Result>(
  deps: SwarmWriteDeps,
  { caller, labId, method, path, body, key }: SwarmWrite,
  act: (engine: Engine, asked: Asked) => Promise<Result>,
): Promise<Result> {
  // A lab that is not the caller's leaves no trace.
  await findLab(deps, caller, labId);
  const content = JSON.stringify([method, path, body ?? null]);
  const digest = key === undefined ? '' : await labMac(deps, labId, 'request', content);
  // Each asking has an id of its own, by which the store tells a first one from a repeat.
  const asking = `${labId}.${newLabId(deps.clock.now())}`;
  const request = { subject: caller.subject, key, digest, labId: asking };
  return await once(deps, request, async (_, asked) => {
    const { engine } = await openSwarm(deps, caller, labId);
    return await inOurWords(act(engine, asked));
  });
}
