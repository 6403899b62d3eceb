import type { Clock } from '../../core/clock.ts';
import { isSlipwayError, SlipwayError } from '../../core/errors.ts';
import { swarmNodes } from '../../engine/swarm.ts';
import type { Lab, NodeStatus } from '../../lab/lab.ts';
import { type QuorumVerdict, quorumAfterDemotion, quorumAfterLoss } from '../../lab/quorum.ts';
import { managerEngine } from '../../machine/manager-engine.ts';
import type { EngineAccess } from '../../ports/engine.ts';

/**
 * The nodes that a guard counts: as recorded, and in a lab whose swarm its student formed as its managers tell now; none
 * where no manager answers for the whole swarm, for then there is no majority left to be lost.
 */
export async function guardedNodes(
  deps: { engines: EngineAccess; clock: Clock },
  lab: Lab,
): Promise<NodeStatus[]> {
  if (lab.spec.swarm === 'formed') return lab.status.swarm?.nodes ?? [];
  if (lab.spec.machines.length < 2) return [];
  try {
    const { engine } = await managerEngine(deps, lab);
    return await swarmNodes(engine);
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    return [];
  }
}

/**
 * Refuses to switch a manager off, or to let it leave by force, where the majority would be lost.
 * @throws SlipwayError `quorum` with "n of m needed"
 */
export function guardLoss({ spec }: Lab, nodes: NodeStatus[], machine: string): void {
  // Those asked to be off, or to go, already count as lost, whether or not it shows yet.
  const off = spec.machines.filter(({ power }) => power !== 'on').map(({ name }) => name);
  const leaving = new Set(spec.leaving?.map(({ name }) => name));
  const staying = nodes.filter(({ hostname }) => !leaving.has(hostname));
  const isManager = staying.some(({ hostname, role }) => hostname === machine && role === 'manager');
  const verdict = quorumAfterLoss(staying, [...off, machine]);
  if (isManager && !verdict.ok) throw quorumError(verdict);
}

/**
 * Refuses to take a manager out, which is demoted first, where those that stay would be no majority.
 * @throws SlipwayError `quorum` with "n of m needed"
 */
export function guardRemoval({ spec }: Lab, nodes: NodeStatus[], machine: string): void {
  const leaving = new Set(spec.leaving?.map(({ name }) => name));
  const off = new Set(spec.machines.filter(({ power }) => power !== 'on').map(({ name }) => name));
  const expected = nodes
    .filter(({ hostname }) => !leaving.has(hostname))
    .map((node) => (off.has(node.hostname) ? { ...node, state: 'down' as const } : node));
  const isManager = expected.some(({ hostname, role }) => hostname === machine && role === 'manager');
  const verdict = quorumAfterDemotion(expected, machine);
  if (isManager && !verdict.ok) throw quorumError(verdict);
}

export function quorumError({ message, needed, managers, remaining }: QuorumVerdict): SlipwayError {
  return new SlipwayError('quorum', message, { facts: { needed, managers, remaining } });
}
