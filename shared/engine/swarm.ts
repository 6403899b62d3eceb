import { isSlipwayError, SlipwayError } from '../core/errors.ts';
import type { NodeStatus } from '../lab/lab.ts';
import type { Engine, EngineInfo, Node } from '../ports/engine.ts';

/** A year: the default of 90 days strands a lab that was stopped over a long holiday. */
const NODE_CERTIFICATE_SECONDS = 8_760 * 3_600;
/** Four managers at once were never refused; a try may take 10 s, for the engine itself tries on. */
const JOIN_TRIES = 3;

/**
 * Makes this engine the first manager of a new swarm; one that is a manager already is done. Race-free only where the
 * record names one first manager before anything runs.
 * @throws SlipwayError `in_progress`, retryable, while an earlier call still goes on by itself
 */
export async function initSwarm(engine: Engine, advertiseAddress: string): Promise<void> {
  const { swarm } = await engine.info();
  if (swarm.localNodeState === 'active' && swarm.controlAvailable) return;
  if (swarm.localNodeState === 'pending') {
    // Another run asked for it, and the engine goes on by itself: to leave now would take its swarm away.
    throw new SlipwayError('in_progress', 'the swarm is being formed', { retryable: true });
  }
  // Cut short by a crash before it became a node: nothing is lost by beginning anew.
  if (swarm.localNodeState !== 'inactive') await engine.leaveSwarm({ force: true });
  await engine.initSwarm({ advertiseAddress, nodeCertificateSeconds: NODE_CERTIFICATE_SECONDS });
}

export interface JoinOptions {
  role: 'manager' | 'worker';
  advertiseAddress: string;
  tokens: { manager: string; worker: string };
  /** Managers to ask, as `address:2377`. */
  managers: string[];
}

/**
 * Makes this engine a node; one that is a node of that swarm already is done, one that got stuck before it became a
 * node begins anew. Several machines may join at once.
 * @throws SlipwayError `in_progress`, retryable, while an earlier join still goes on by itself; `engine_refused`
 */
export async function joinSwarm(engine: Engine, options: JoinOptions): Promise<void> {
  const { role, advertiseAddress, tokens, managers } = options;
  for (let attempt = 1; ; attempt += 1) {
    const { name, swarm } = await engine.info();
    if (isNodeOf(swarm, managers)) return;
    if (swarm.localNodeState === 'pending' && swarm.nodeId !== '') {
      // It has its certificate: left now, it would haunt the swarm as a node that is down for ever.
      throw new SlipwayError('in_progress', `${name} is joining the swarm`);
    }
    if (swarm.localNodeState !== 'inactive') await engine.leaveSwarm({ force: true });
    try {
      return await engine.joinSwarm({ joinToken: tokens[role], managers, advertiseAddress });
    } catch (error) {
      if (attempt >= JOIN_TRIES || !mayPass(error)) throw error;
    }
  }
}

/** Active, and of the swarm whose managers are asked: a worker knows them, a manager knows itself. */
function isNodeOf(swarm: EngineInfo['swarm'], managers: string[]): boolean {
  if (swarm.localNodeState !== 'active') return false;
  return swarm.remoteManagers.some((manager) => managers.includes(manager));
}

/** A refusal that the next try may not meet: not a wrong token, and not 20 s in which no manager answered. */
function mayPass(error: unknown): boolean {
  if (!isSlipwayError(error, 'engine_refused')) return false;
  return error.facts.status !== 400 && !/join token|digest|timeout was reached/i.test(error.message);
}

/** Join tokens, read from a manager when needed and never stored. */
export async function swarmTokens(engine: Engine): Promise<{ manager: string; worker: string }> {
  const { manager, worker } = await engine.joinTokens();
  return { manager, worker };
}

/** The nodes as a manager sees them, by host name. */
export async function swarmNodes(engine: Engine): Promise<NodeStatus[]> {
  return (await engine.nodes()).map(nodeStatusOf).sort((a, b) => a.hostname.localeCompare(b.hostname));
}

/** A node as a record and its guards know it. */
export function nodeStatusOf({ ID, Description, Spec, Status, ManagerStatus }: Node): NodeStatus {
  return {
    id: ID,
    hostname: Description.Hostname,
    role: Spec.Role,
    availability: Spec.Availability,
    state: Status.State,
    ...(ManagerStatus ? { reachability: ManagerStatus.Reachability } : {}),
    leader: ManagerStatus?.Leader ?? false,
  };
}

/**
 * Removes the nodes that a rebuilt machine was before, so that it may join under its old name. A manager among them is
 * demoted first, which takes a majority without it.
 * @param ownNodeId the node that the new machine is already, after a crash; empty where it is none
 * @throws `conflict`, retryable, where the swarm does not let go of it
 */
export async function replaceNode(engine: Engine, hostname: string, ownNodeId: string): Promise<void> {
  const former = (await engine.nodes()).filter(
    ({ ID, Description }) => Description.Hostname === hostname && ID !== ownNodeId,
  );
  for (const { ID, Version, Spec } of former) {
    try {
      if (Spec.Role === 'manager') await engine.updateNode(ID, Version.Index, { ...Spec, Role: 'worker' });
      await engine.removeNode(ID, { force: true });
    } catch (error) {
      if (isSlipwayError(error, 'engine_refused') && error.facts.status === 404) continue;
      throw new SlipwayError('conflict', `the swarm does not let go of the node that ${hostname} was`, {
        cause: error,
        retryable: true,
      });
    }
  }
}
