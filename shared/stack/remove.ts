import { isSlipwayError } from '../core/errors.ts';
import type { Engine } from '../ports/engine.ts';

/** What an engine says of a network that tasks still hang on: 403 in Docker 20.10, 400 in others. */
const IN_USE = /in use|active endpoints/i;

/**
 * Removes a stack as `docker stack rm` does: all services at once, then its networks. Gone already is done.
 * @returns whether all is gone; false while tasks still stop and hold a network: call again, a moment later, for as long
 * as you care to (5 s where containers heed SIGTERM, 15 s where they do not).
 */
export async function removeStack(engine: Engine, stack: string): Promise<boolean> {
  const services = await engine.services({ stack });
  await Promise.all(services.map(({ ID }) => unlessGone(engine.removeService(ID))));
  const networks = await engine.networks({ stack });
  await Promise.all(networks.map(({ Id }) => unlessInUse(unlessGone(engine.removeNetwork(Id)))));
  // The swarm forgets a network before its nodes do, and until they have, no other can have its name.
  return networks.length === 0 || (await engine.networks({ stack })).length === 0;
}

async function unlessInUse(removal: Promise<void>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    const inUse = isSlipwayError(error, 'engine_refused') && IN_USE.test(error.message);
    if (!inUse) throw error;
  }
}

async function unlessGone(removal: Promise<void>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!isSlipwayError(error, 'engine_refused')) throw error;
    // 500 for a network that the swarm has forgotten and the node has not.
    if (error.facts.status !== 404 && !/network \S+ not found/.test(error.message)) throw error;
  }
}
