import { isSlipwayError, SlipwayError } from '../../core/errors.ts';
import { inOurWords } from '../swarm/engine-words.ts';
import { type SwarmWrite, type SwarmWriteDeps, writeSwarm } from '../swarm/write-swarm.ts';
import { findNode } from './find-node.ts';
import { requireQuorum } from './require-quorum.ts';

/**
 * docker node rm: the swarm forgets the node; its machine stays.
 * @param request.force also one that is up.
 * @throws SlipwayError `conflict` for a manager and for one that is up, with what to do first; `not_found`.
 */
export async function removeNode(
  deps: SwarmWriteDeps,
  write: SwarmWrite,
  { node: nameOrId, force }: { node: string; force: boolean },
): Promise<void> {
  await writeSwarm(deps, write, async (engine, { isRepeat }) => {
    try {
      const nodes = await engine.nodes();
      const node = findNode(nodes, nameOrId);
      requireQuorum(nodes);
      const name = node.Description.Hostname;
      if (node.Spec.Role === 'manager' && node.ManagerStatus !== undefined) {
        throw new SlipwayError(
          'conflict',
          `${name} is a manager: demote it first (POST …/nodes/${name}/demote)`,
        );
      }
      if (node.Status.State === 'ready' && !force) {
        throw new SlipwayError(
          'conflict',
          `${name} is up: let its machine leave the swarm first (POST …/machines/${name}/leave-swarm), or add ?force=true`,
        );
      }
      await inOurWords(engine.removeNode(node.ID, { force }));
    } catch (error) {
      // The first of its kind removed it, and its answer was lost.
      if (!isRepeat || !isSlipwayError(error, 'not_found')) throw error;
    }
  });
}
