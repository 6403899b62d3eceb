import { isSlipwayError } from '../../core/errors.ts';
import { nodeStatusOf } from '../../engine/swarm.ts';
import { quorumAfterDemotion } from '../../lab/quorum.ts';
import type { Engine, Node } from '../../ports/engine.ts';
import { quorumError } from '../machines/guard-quorum.ts';
import { inOurWords } from '../swarm/engine-words.ts';
import { type SwarmWrite, type SwarmWriteDeps, writeSwarm } from '../swarm/write-swarm.ts';
import { findNode } from './find-node.ts';
import { type NodeView, viewNode } from './node-view.ts';
import { requireQuorum } from './require-quorum.ts';

export const NODE_VERBS = ['promote', 'demote', 'drain', 'activate', 'pause'] as const;
export type NodeVerb = (typeof NODE_VERBS)[number];

const AFTER: Record<NodeVerb, Partial<Node['Spec']>> = {
  promote: { Role: 'manager' },
  demote: { Role: 'worker' },
  drain: { Availability: 'drain' },
  activate: { Availability: 'active' },
  pause: { Availability: 'pause' },
};

/** A node's version moves with its every heartbeat that tells something new. */
const TRIES = 5;

/**
 * docker node promote, demote and `update --availability`.
 * @param request.force demotes where the majority would be lost, as far as the swarm itself goes along.
 * @throws SlipwayError `quorum` where a demotion would lose the majority; `conflict`, `not_found`.
 */
export async function moveNode(
  deps: SwarmWriteDeps,
  write: SwarmWrite,
  { node, verb, force }: { node: string; verb: NodeVerb; force: boolean },
): Promise<NodeView> {
  return await writeSwarm(deps, write, (engine) =>
    changeNode(engine, node, (found, nodes) => {
      const isDemotion = verb === 'demote' && found.Spec.Role === 'manager';
      if (isDemotion && !force) guardDemotion(nodes, found);
      return { ...found.Spec, ...AFTER[verb] };
    }),
  );
}

/** Sets labels and, by null, takes them off; those not named stay. */
export async function labelNode(
  deps: SwarmWriteDeps,
  write: SwarmWrite,
  node: string,
  labels: Record<string, string | null>,
): Promise<NodeView> {
  return await writeSwarm(deps, write, (engine) =>
    changeNode(engine, node, ({ Spec }) => {
      const all = Object.entries({ ...Spec.Labels, ...labels });
      const kept = all.filter((entry): entry is [string, string] => entry[1] !== null);
      return { ...Spec, Labels: Object.fromEntries(kept) };
    }),
  );
}

/** Under the node's current version, however often that moves in between. @returns it as it then is. */
async function changeNode(
  engine: Engine,
  nameOrId: string,
  change: (node: Node, all: Node[]) => Node['Spec'],
): Promise<NodeView> {
  for (let attempt = 1; ; attempt += 1) {
    const nodes = await engine.nodes();
    const node = findNode(nodes, nameOrId);
    const spec = change(node, nodes);
    if (sameSpec(spec, node.Spec)) return viewNode(node);
    requireQuorum(nodes);
    try {
      await inOurWords(engine.updateNode(node.ID, node.Version.Index, spec));
      const changed = nodes.map((one) => (one === node ? { ...one, Spec: spec } : one));
      const warning = spec.Role === node.Spec.Role ? undefined : warningOf(changed);
      return { ...viewNode({ ...node, Spec: spec }), ...(warning === undefined ? {} : { warning }) };
    } catch (error) {
      if (attempt >= TRIES || !isSlipwayError(error, 'version_conflict')) throw error;
    }
  }
}

function guardDemotion(nodes: Node[], { Description }: Node): void {
  const verdict = quorumAfterDemotion(nodes.map(nodeStatusOf), Description.Hostname);
  if (!verdict.ok) throw quorumError(verdict);
}

/** An even number of managers tolerates no more than the odd one below it. */
function warningOf(nodes: Node[]): string | undefined {
  const managers = nodes.filter(({ Spec }) => Spec.Role === 'manager').length;
  if (managers === 0 || managers % 2 === 1) return undefined;
  const needed = managers / 2 + 1;
  return `the swarm has ${managers} managers now: ${needed} of ${managers} needed, so it can lose ${managers - needed}; an odd number is better`;
}

function sameSpec(a: Node['Spec'], b: Node['Spec']): boolean {
  const labels = (spec: Node['Spec']) => JSON.stringify(Object.entries(spec.Labels).sort());
  return a.Role === b.Role && a.Availability === b.Availability && labels(a) === labels(b);
}
