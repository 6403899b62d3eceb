import { isSlipwayError } from '../core/errors.ts';
import type { Engine } from '../ports/engine.ts';
import { hasEnded } from './task-places.ts';

/** What an engine says of a network that tasks still hang on: 403 in Docker 20.10, 400 in others. */
const IN_USE = /in use|active endpoints/i;

/**
 * Removes a stack: all services at once, its secrets and configs, and its networks once its tasks have ended. Not before,
 * as `docker stack rm` does: a swarm then keeps the address that each task had on ingress, so that after some dozen times no
 * service gets one (moby/moby#37338), and a node may keep a copy of the network. Gone already is done.
 * @param options.waitsNoMore after long: tasks that do not end hold up no network, and one that the swarm has forgotten is
 * taken for gone, though the manager that is asked still lists it (Docker 20.10, until its engine is restarted).
 * @returns whether all is gone; false while tasks stop: call again, a moment later, for as long as you care to (5 s where
 * containers heed SIGTERM, 15 s where they do not).
 */
export async function removeStack(
  engine: Engine,
  stack: string,
  { waitsNoMore = false } = {},
): Promise<boolean> {
  const services = await engine.services({ stack });
  await Promise.all(services.map(({ ID }) => unlessGone(engine.removeService(ID))));
  const [networks, secrets, configs, tasks, nodes] = await Promise.all([
    engine.networks({ stack }),
    engine.secrets({ stack }),
    engine.configs({ stack }),
    engine.tasks({ stack }),
    engine.nodes(),
  ]);
  await Promise.all([
    ...secrets.map(({ ID }) => unlessGone(engine.removeSecret(ID))),
    ...configs.map(({ ID }) => unlessGone(engine.removeConfig(ID))),
  ]);
  const lost = new Set(nodes.filter(({ Status }) => Status.State !== 'ready').map(({ ID }) => ID));
  if (!waitsNoMore && tasks.some((task) => !hasEnded(task) && !lost.has(task.NodeID))) return false;
  const outcomes = await Promise.all(
    networks.map(({ Id }) => unlessInUse(unlessGone(engine.removeNetwork(Id)))),
  );
  if (waitsNoMore && outcomes.every((outcome) => outcome === 'gone before')) return true;
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
