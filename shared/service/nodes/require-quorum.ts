import { nodeStatusOf } from '../../engine/swarm.ts';
import { lostQuorum } from '../../lab/quorum.ts';
import type { Node } from '../../ports/engine.ts';
import { quorumError } from '../machines/guard-quorum.ts';

/**
 * Says at once what a write would find out after 20 s: a leader that stays goes on answering reads when its majority is gone.
 * @throws SlipwayError `quorum` with "n of m needed"
 */
export function requireQuorum(nodes: Node[]): void {
  const lost = lostQuorum(nodes.map(nodeStatusOf));
  if (lost !== undefined) throw quorumError(lost);
}
