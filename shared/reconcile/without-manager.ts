import type { NodeStatus } from '../lab/lab.ts';
import type { Run } from './run.ts';

/** What can be told of the nodes when no manager tells: those of machines that do not run are down, and nobody leads. */
export function withoutManager({ status }: Run, nodes: NodeStatus[]): NodeStatus[] {
  return nodes.map((node): NodeStatus => {
    const isOff = status.machines.some(({ name, state }) => name === node.hostname && state !== 'Running');
    const reachability = node.role === 'manager' ? { reachability: 'unreachable' as const } : {};
    return isOff ? { ...node, leader: false, state: 'down', ...reachability } : { ...node, leader: false };
  });
}
