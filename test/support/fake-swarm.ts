import { iso } from '../../shared/core/clock.ts';
import type { Node } from '../../shared/ports/engine.ts';
import { FakeLogs } from './fake-logs.ts';
import { FakeNetworks } from './fake-networks.ts';
import { FakeServices } from './fake-services.ts';
import { FakeSwarmFiles, type FileKind } from './fake-swarm-files.ts';
import { FakeTasks, type FakeTasksOptions } from './fake-tasks.ts';
import { outOfSequence, refusal } from './refusal.ts';

export interface FakeNode {
  id: string;
  hostname: string;
  address: string;
  role: 'manager' | 'worker';
  availability: 'active' | 'pause' | 'drain';
  labels: Record<string, string>;
  version: number;
  /** False: a manager of before, whom a new cluster has not in its Raft. */
  isMember?: boolean;
  /** What its machine is. */
  description: Omit<Node['Description'], 'Hostname'>;
  /** Does its engine run, and is it still in this swarm? */
  isUp: () => boolean;
}

/** What swarm says once too few managers answer; info carries it too. */
export const NO_LEADER =
  "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are online. Make sure more than half of the managers are online.";

let swarmsMade = 0;

/** What the managers of one swarm hold together. */
export class FakeSwarm {
  readonly id = `cluster-${++swarmsMade}`;
  #tokensMade = 0;
  updatedAt: string;
  readonly tokens = { manager: this.#token('manager'), worker: this.#token('worker') };
  readonly nodes = new Map<string, FakeNode>();
  readonly services = new FakeServices(this);
  readonly networks = new FakeNetworks(this);
  readonly secrets = new FakeSwarmFiles('secret', this);
  readonly configs = new FakeSwarmFiles('config', this);
  readonly logs = new FakeLogs(this);
  readonly tasks: FakeTasks;
  readonly now: () => number;
  readonly #listeners = new Set<() => void>();
  #index = 10;

  constructor(options: FakeTasksOptions) {
    this.tasks = new FakeTasks(this, options);
    this.now = options.now;
    this.updatedAt = iso(options.now());
  }

  files(kind: FileKind): FakeSwarmFiles {
    return kind === 'secret' ? this.secrets : this.configs;
  }

  nextId(kind: string): string {
    return `${kind}-${++this.#index}-of-${this.id}`;
  }

  /** A write, as Raft counts them. */
  nextVersion(): number {
    this.#index += 1;
    queueMicrotask(() => {
      for (const listener of this.#listeners) listener();
    });
    return this.#index;
  }

  listen(listener: () => void, signal: AbortSignal): void {
    this.#listeners.add(listener);
    signal.addEventListener('abort', () => this.#listeners.delete(listener), { once: true });
  }

  managers(): FakeNode[] {
    return [...this.nodes.values()].filter(({ role, isMember }) => role === 'manager' && isMember !== false);
  }

  hasQuorum(): boolean {
    const managers = this.managers();
    return managers.filter(({ isUp }) => isUp()).length > managers.length / 2;
  }

  rotateTokens(roles: { manager: boolean; worker: boolean }): void {
    for (const role of ['manager', 'worker'] as const) {
      if (roles[role]) this.tokens[role] = this.#token(role);
    }
    this.updatedAt = iso(this.now());
    this.nextVersion();
  }

  #token(role: string): string {
    return `SWMTKN-1-${this.id}-${role}-${++this.#tokensMade}`;
  }

  /** A new cluster of one manager; the former ones are known still, and are in its Raft no more. */
  loseManagersBut(id: string): void {
    for (const node of this.managers()) {
      if (node.id !== id) Object.assign(node, { isMember: false, isUp: () => false });
    }
    this.nextVersion();
  }

  /** By its id or its host's name. */
  node(idOrName: string): FakeNode | undefined {
    return this.nodes.get(idOrName) ?? [...this.nodes.values()].find(({ hostname }) => hostname === idOrName);
  }

  describeNodes(): Node[] {
    const leader = this.managers().find(({ isUp }) => isUp())?.id;
    return [...this.nodes.values()].map((node) => ({
      ID: node.id,
      Version: { Index: node.version },
      Description: { Hostname: node.hostname, ...node.description },
      Spec: { Role: node.role, Availability: node.availability, Labels: node.labels },
      Status: { State: stateOf(node), Addr: node.address },
      ...(node.role === 'manager' && node.isMember !== false
        ? {
            ManagerStatus: {
              Leader: node.id === leader,
              Reachability: node.isUp() ? ('reachable' as const) : ('unreachable' as const),
              Addr: `${node.address}:2377`,
            },
          }
        : {}),
    }));
  }

  updateNode(id: string, version: number, spec: Node['Spec']): void {
    const node = this.#node(id);
    if (node.version !== version) throw outOfSequence();
    if (node.role === 'manager' && spec.Role === 'worker' && this.managers().length === 1) {
      throw refusal(
        400,
        'rpc error: code = FailedPrecondition desc = attempting to demote the last manager of the swarm',
      );
    }
    const { Role: role, Availability: availability, Labels: labels } = spec;
    Object.assign(node, { role, availability, labels, version: this.nextVersion() });
  }

  removeNode(id: string, force: boolean): void {
    const node = this.#node(id);
    if (node.role === 'manager' && node.isMember !== false) {
      throw refusal(
        400,
        `rpc error: code = FailedPrecondition desc = node ${id} is a cluster manager and is a member of the raft cluster. It must be demoted to worker before removal`,
      );
    }
    if (node.isUp() && !force) {
      throw refusal(
        400,
        `rpc error: code = FailedPrecondition desc = node ${id} is not down and can't be removed`,
      );
    }
    this.nodes.delete(id);
    this.nextVersion();
  }

  #node(id: string): FakeNode {
    const node = this.nodes.get(id);
    if (node === undefined) throw refusal(404, `node ${id} not found`);
    return node;
  }
}

function stateOf({ isMember, isUp }: FakeNode): Node['Status']['State'] {
  if (isMember === false) return 'unknown';
  return isUp() ? 'ready' : 'down';
}
