import { isSlipwayError } from '../core/errors.ts';
import type { Engine } from '../ports/engine.ts';

/** What an engine says of a network that tasks still hang on: 403 in Docker 20.10, 400 in others. */
const IN_USE = /in use|active endpoints/i;

/**
 * Removes a stack as `docker stack rm` does: all services at once, then its secrets, configs and networks. Gone already is
 * done.
 * @param options.forgottenIsGone takes a network that the swarm has forgotten for gone, though the manager that is asked
 * still lists it: mostly for a few seconds, but Docker 20.10 may keep such a copy until its engine is restarted.
 * @returns whether all is gone; false while tasks still stop and hold a network: call again, a moment later, for as long
 * as you care to (5 s where containers heed SIGTERM, 15 s where they do not).
 */
export async function removeStack(
  engine: Engine,
  stack: string,
  { forgottenIsGone = false } = {},
): Promise<boolean> {
  const services = await engine.services({ stack });
  await Promise.all(services.map(({ ID }) => unlessGone(engine.removeService(ID))));
  const [networks, secrets, configs] = await Promise.all([
    engine.networks({ stack }),
    engine.secrets({ stack }),
    engine.configs({ stack }),
  ]);
  await Promise.all([
    ...secrets.map(({ ID }) => unlessGone(engine.removeSecret(ID))),
    ...configs.map(({ ID }) => unlessGone(engine.removeConfig(ID))),
  ]);
  const outcomes = await Promise.all(
    networks.map(({ Id }) => unlessInUse(unlessGone(engine.removeNetwork(Id)))),
  );
  if (forgottenIsGone && outcomes.every((outcome) => outcome === 'gone before')) return true;
  // The swarm forgets a network before its nodes do, and until they have, no other can have its name.
  return networks.length === 0 || (await engine.networks({ stack })).length === 0;
}

type Removal = 'removed' | 'gone before' | 'in use';

async function unlessInUse(removal: Promise<Removal>): Promise<Removal> {
  try {
    return await removal;
  } catch (error) {
    const inUse = isSlipwayError(error, 'engine_refused') && IN_USE.test(error.message);
    if (!inUse) throw error;
    return 'in use';
  }
}

async function unlessGone(removal: Promise<void>): Promise<Removal> {
  try {
    await removal;
    return 'removed';
  } catch (error) {
    if (!isSlipwayError(error, 'engine_refused')) throw error;
    // 500 for a network that the swarm has forgotten and the node has not.
    if (error.facts.status !== 404 && !/network \S+ not found/.test(error.message)) throw error;
    return 'gone before';
  }
}
