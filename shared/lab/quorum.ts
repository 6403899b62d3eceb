import type { NodeStatus } from './lab.ts';

export interface QuorumVerdict {
  ok: boolean;
  /** Managers in the swarm. */
  managers: number;
  /** Raft's majority of them. */
  needed: number;
  /** Managers that would still answer. */
  remaining: number;
  message: string;
}

/**
 * Would the swarm keep its Raft majority without these machines? A stopped manager still counts as one of the managers:
 * only a demoted one does not.
 * @param losing hostnames
 */
export function quorumAfterLoss(nodes: NodeStatus[], losing: string[]): QuorumVerdict {
  const managers = nodes.filter(({ role }) => role === 'manager');
  const needed = majorityOf(managers.length);
  const remaining = managers.filter((node) => isUp(node) && !losing.includes(node.hostname)).length;
  const losesManager = managers.some(({ hostname }) => losing.includes(hostname));
  const ok = !losesManager || remaining >= needed;
  return {
    ok,
    managers: managers.length,
    needed,
    remaining,
    message: words(managers.length, needed, remaining, ok),
  };
}

/**
 * Would the swarm keep its majority if this manager were one no more, being demoted? That takes a majority to agree, so one
 * that is lost already cannot be had back this way.
 */
export function quorumAfterDemotion(nodes: NodeStatus[], hostname: string): QuorumVerdict {
  const managers = nodes.filter(({ role }) => role === 'manager');
  const others = managers.filter((node) => node.hostname !== hostname);
  if (others.length === managers.length) return quorumAfterLoss(nodes, []);
  const needed = majorityOf(others.length);
  const remaining = others.filter(isUp).length;
  const counts = { managers: others.length, needed, remaining };
  const lost = lostQuorum(nodes);
  if (lost !== undefined) return lost;
  if (others.length === 0) {
    const message = `${hostname} is the last manager: 1 of 1 needed; promote another one first`;
    return { ok: false, managers: 1, needed: 1, remaining: 0, message };
  }
  const ok = remaining >= needed;
  return { ok, ...counts, message: words(others.length, needed, remaining, ok) };
}

/** What there is to say of a majority that is lost already; undefined where it is there. */
export function lostQuorum(nodes: NodeStatus[]): QuorumVerdict | undefined {
  const managers = nodes.filter(({ role }) => role === 'manager');
  if (managers.length === 0 || hasQuorum(nodes)) return undefined;
  const needed = majorityOf(managers.length);
  const remaining = managers.filter(isUp).length;
  const answer = remaining === 1 ? 'answers' : 'answer';
  const message = `the swarm has lost its majority of managers: ${needed} of ${managers.length} needed, ${remaining} ${answer}; start those that are down, or recover the swarm`;
  return { ok: false, managers: managers.length, needed, remaining, message };
}

/** Does a majority of the managers answer? */
export function hasQuorum(nodes: NodeStatus[]): boolean {
  const managers = nodes.filter(({ role }) => role === 'manager');
  return managers.length > 0 && managers.filter(isUp).length >= majorityOf(managers.length);
}

function majorityOf(managers: number): number {
  return Math.floor(managers / 2) + 1;
}

function isUp({ state, reachability }: NodeStatus): boolean {
  // A new leader knows at once who is of its Raft, and a moment later how their nodes are.
  return state === 'ready'
    ? reachability !== 'unreachable'
    : state === 'unknown' && reachability === 'reachable';
}

function words(managers: number, needed: number, remaining: number, ok: boolean): string {
  if (managers === 0) return 'no manager is known, so none can be lost';
  const count = `${needed} of ${managers} needed`;
  if (ok) return `the swarm keeps its majority: ${count}, ${remaining} remain`;
  return `the swarm would lose its majority of managers: ${count}, ${remaining} would remain; demote the manager first, or add ?force=true to see what happens`;
}
