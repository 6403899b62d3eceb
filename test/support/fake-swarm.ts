import { SlipwayError } from '../../shared/core/errors.ts';
import type { Network, NetworkSpec, Node, Service, ServiceSpec } from '../../shared/ports/engine.ts';
import { FakeTasks, type FakeTasksOptions } from './fake-tasks.ts';

export interface FakeNode {
  id: string;
  hostname: string;
  address: string;
  role: 'manager' | 'worker';
  availability: 'active' | 'pause' | 'drain';
  labels: Record<string, string>;
  version: number;
  /** Does its engine run, and is it still in this swarm? */
  isUp: () => boolean;
}

/** What swarm says once too few managers answer; info carries it too. */
export const NO_LEADER =
  "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are online. Make sure more than half of the managers are online.";

/** An Engine's refusal, as the real adapter throws it. */
export function refusal(status: number, reason: string): SlipwayError {
  return new SlipwayError('engine_refused', `Docker Engine fake: ${status} ${reason}`, {
    facts: { status, reason },
  });
}

let swarmsMade = 0;

/** What the managers of one swarm hold together. */
export class FakeSwarm {
  readonly id = `cluster-${++swarmsMade}`;
  readonly tokens = { manager: `SWMTKN-1-${this.id}-manager`, worker: `SWMTKN-1-${this.id}-worker` };
  readonly nodes = new Map<string, FakeNode>();
  readonly services = new Map<string, Service>();
  readonly networks = new Map<string, Network>();
  readonly tasks: FakeTasks;
  readonly #listeners = new Set<() => void>();
  #index = 10;

  constructor(options: FakeTasksOptions) {
    this.tasks = new FakeTasks(this, options);
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
    return [...this.nodes.values()].filter(({ role }) => role === 'manager');
  }

  hasQuorum(): boolean {
    const managers = this.managers();
    return managers.filter(({ isUp }) => isUp()).length > managers.length / 2;
  }

  describeNodes(): Node[] {
    const leader = this.managers().find(({ isUp }) => isUp())?.id;
    return [...this.nodes.values()].map((node) => ({
      ID: node.id,
      Version: { Index: node.version },
      Description: { Hostname: node.hostname },
      Spec: { Role: node.role, Availability: node.availability, Labels: node.labels },
      Status: { State: node.isUp() ? 'ready' : 'down', Addr: node.address },
      ...(node.role === 'manager'
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
    const node = this.#found(this.nodes, id, 'node');
    this.#inSequence(node.version, version);
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
    const node = this.#found(this.nodes, id, 'node');
    if (node.role === 'manager') {
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

  createService(spec: ServiceSpec): string {
    const taken = [...this.services.values()].some(({ Spec }) => Spec.Name === spec.Name);
    if (taken)
      throw refusal(409, 'rpc error: code = AlreadyExists desc = name conflicts with an existing object');
    this.#checkPorts(spec, '');
    const ID = this.nextId('service');
    this.services.set(ID, { ID, Version: { Index: this.nextVersion() }, Spec: this.#stored(spec) });
    return ID;
  }

  updateService(id: string, version: number, spec: ServiceSpec): void {
    const service = this.#found(this.services, id, 'service');
    this.#inSequence(service.Version.Index, version);
    this.#checkPorts(spec, id);
    this.services.set(id, {
      ID: service.ID,
      Version: { Index: this.nextVersion() },
      Spec: this.#stored(spec),
    });
  }

  removeService(id: string): void {
    this.services.delete(this.#found(this.services, id, 'service').ID);
    this.tasks.dropService(id);
    this.nextVersion();
  }

  createNetwork({ Name, Labels }: NetworkSpec): string {
    if ([...this.networks.values()].some((network) => network.Name === Name)) {
      throw refusal(409, `network with name ${Name} already exists`);
    }
    const Id = this.nextId('network');
    this.networks.set(Id, { Id, Name, Labels });
    this.nextVersion();
    return Id;
  }

  removeNetwork(id: string): void {
    const { Id } = this.#found(this.networks, id, 'network');
    const user = [...this.services.values()].find(({ Spec }) => attachedTo(Spec).includes(Id));
    if (user !== undefined || this.tasks.stillStopping()) {
      throw refusal(
        403,
        `rpc error: code = FailedPrecondition desc = network ${Id} is in use by ${user ? `service ${user.ID}` : 'task'}`,
      );
    }
    this.networks.delete(Id);
    this.nextVersion();
  }

  /** With what the Engine fills in, and networks by id. */
  #stored(spec: ServiceSpec): ServiceSpec {
    const copy = structuredClone(spec);
    const networks = (copy.TaskTemplate.Networks ?? []) as { Target: string }[];
    for (const network of networks) {
      const found = [...this.networks.values()].find(
        ({ Id, Name }) => Id === network.Target || Name === network.Target,
      );
      if (found === undefined) throw refusal(404, `network ${network.Target} not found`);
      network.Target = found.Id;
    }
    return {
      ...copy,
      TaskTemplate: {
        ...copy.TaskTemplate,
        ContainerSpec: { Isolation: 'default', ...(copy.TaskTemplate.ContainerSpec as object) },
        ForceUpdate: copy.TaskTemplate.ForceUpdate ?? 0,
        Runtime: 'container',
      },
      EndpointSpec: { Mode: 'vip', ...copy.EndpointSpec },
    };
  }

  #checkPorts(spec: ServiceSpec, ownId: string): void {
    for (const other of this.services.values()) {
      const port = portsOf(spec).find((wanted) => portsOf(other.Spec).includes(wanted));
      if (other.ID === ownId || port === undefined) continue;
      throw refusal(
        400,
        `rpc error: code = InvalidArgument desc = port '${port}' is already in use by service '${other.Spec.Name}' (${other.ID}) as an ingress port`,
      );
    }
  }

  #found<T>(map: Map<string, T>, id: string, kind: string): T {
    const found = map.get(id);
    if (found === undefined) throw refusal(404, `${kind} ${id} not found`);
    return found;
  }

  #inSequence(current: number, given: number): void {
    if (current !== given) throw refusal(500, 'rpc error: code = Unknown desc = update out of sequence');
  }
}

function attachedTo(spec: ServiceSpec): string[] {
  return ((spec.TaskTemplate.Networks ?? []) as { Target: string }[]).map(({ Target }) => Target);
}

function portsOf(spec: ServiceSpec): number[] {
  const ports = (spec.EndpointSpec?.Ports ?? []) as { PublishedPort?: number }[];
  return ports.flatMap(({ PublishedPort }) => PublishedPort ?? []);
}
