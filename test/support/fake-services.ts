import { iso } from '../../shared/core/clock.ts';
import type { PortConfig, Service, ServiceSpec } from '../../shared/ports/engine.ts';
import type { FakeSwarm } from './fake-swarm.ts';
import { filesOf } from './fake-swarm-files.ts';
import { checkName, invalid, outOfSequence, refusal } from './refusal.ts';

/** Where swarm takes ports from that nobody asked for by number. */
const FIRST_DYNAMIC_PORT = 30_000;

/** A swarm's services, with what an engine fills in and what it refuses. */
export class FakeServices {
  readonly #swarm: FakeSwarm;
  readonly #services = new Map<string, Service>();

  constructor(swarm: FakeSwarm) {
    this.#swarm = swarm;
  }

  list(): Service[] {
    return [...this.#services.values()];
  }

  find(idOrName: string): Service {
    const found = this.#services.get(idOrName) ?? this.list().find(({ Spec }) => Spec.Name === idOrName);
    if (found === undefined) throw refusal(404, `service ${idOrName} not found`);
    return found;
  }

  create(spec: ServiceSpec): string {
    checkName(spec.Name);
    this.#check(spec, '');
    if (this.list().some(({ Spec }) => Spec.Name === spec.Name)) {
      throw refusal(409, 'rpc error: code = AlreadyExists desc = name conflicts with an existing object');
    }
    const ID = this.#swarm.nextId('service');
    const now = iso(this.#swarm.now());
    const Spec = this.#stored(spec);
    const Version = { Index: this.#swarm.nextVersion() };
    this.#services.set(ID, {
      ID,
      Version,
      CreatedAt: now,
      UpdatedAt: now,
      Spec,
      Endpoint: this.#endpoint(Spec),
    });
    return ID;
  }

  update(id: string, version: number, spec: ServiceSpec): void {
    const service = this.find(id);
    if (service.Version.Index !== version) throw outOfSequence();
    this.#check(spec, service.ID);
    const { UpdateStatus, ...kept } = service;
    this.#put({ ...kept, Spec: this.#stored(spec), PreviousSpec: service.Spec });
  }

  rollback(id: string, version: number): void {
    const service = this.find(id);
    const { ID, Version, Spec, PreviousSpec } = service;
    if (Version.Index !== version) throw outOfSequence();
    if (PreviousSpec === undefined) {
      throw refusal(
        400,
        `rpc error: code = FailedPrecondition desc = service ${ID} does not have a previous spec`,
      );
    }
    this.#check(PreviousSpec, ID);
    const UpdateStatus = { State: 'rollback_completed', Message: 'rollback completed' };
    this.#put({ ...service, Spec: PreviousSpec, PreviousSpec: Spec, UpdateStatus });
  }

  remove(id: string): void {
    const { ID } = this.find(id);
    this.#services.delete(ID);
    this.#swarm.tasks.dropService(ID);
    this.#swarm.nextVersion();
  }

  #put(service: Service): void {
    this.#services.set(service.ID, {
      ...service,
      Version: { Index: this.#swarm.nextVersion() },
      UpdatedAt: iso(this.#swarm.now()),
      Endpoint: this.#endpoint(service.Spec, service),
    });
  }

  /** With what the Engine fills in, and networks by id. */
  #stored(spec: ServiceSpec): ServiceSpec {
    const copy = structuredClone(spec);
    const networks = (copy.TaskTemplate.Networks ?? []) as { Target: string }[];
    for (const network of networks) network.Target = this.#swarm.networks.find(network.Target).Id;
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

  #check(spec: ServiceSpec, ownId: string): void {
    for (const kind of ['secret', 'config'] as const) {
      const lost = filesOf({ Spec: spec }, kind).find((id) => !this.#swarm.files(kind).has(id));
      if (lost !== undefined) throw invalid(`${kind} not found: ${lost}`);
    }
    for (const other of this.list()) {
      const port = portsOf(spec).find((wanted) => portsOf(other.Spec).some((had) => clash(wanted, had)));
      if (other.ID === ownId || port === undefined) continue;
      throw invalid(
        `port '${port.PublishedPort}' is already in use by service '${other.Spec.Name}' (${other.ID}) as an ingress port`,
      );
    }
  }

  /** As the swarm gives it once it has allocated; what a service got it keeps. */
  #endpoint(spec: ServiceSpec, former?: Service): Service['Endpoint'] {
    const taken = this.list().flatMap(({ Endpoint }) =>
      Endpoint.Ports.map((port) => port.PublishedPort ?? 0),
    );
    const dynamic = (port: PortConfig) =>
      former?.Endpoint.Ports.find((had) => had.TargetPort === port.TargetPort)?.PublishedPort ??
      Math.max(FIRST_DYNAMIC_PORT - 1, ...taken) + 1;
    const Ports = portsOf(spec).map((port) => {
      const PublishedPort = port.PublishedPort || (port.PublishMode === 'ingress' ? dynamic(port) : 0);
      taken.push(PublishedPort);
      return { ...port, ...(PublishedPort === 0 ? {} : { PublishedPort }) };
    });
    const networks = (spec.TaskTemplate.Networks ?? []) as { Target: string }[];
    const number = Number(/\d+/.exec([...this.#services.keys()].at(-1) ?? '0')?.[0]);
    const VirtualIPs =
      spec.EndpointSpec?.Mode === 'dnsrr'
        ? []
        : networks.map(({ Target }, index) => ({
            NetworkID: Target,
            Addr: `10.0.${index}.${(number % 250) + 2}/24`,
          }));
    return { Ports, VirtualIPs };
  }
}

function portsOf(spec: ServiceSpec): PortConfig[] {
  const ports = (spec.EndpointSpec?.Ports ?? []) as Partial<PortConfig>[];
  return ports.map((port) => ({ Protocol: 'tcp', TargetPort: 0, PublishMode: 'ingress', ...port }));
}

/** As swarmkit's checkPortConflicts: only two ports on the nodes themselves may be one. */
function clash(a: PortConfig, b: PortConfig): boolean {
  const same = a.PublishedPort === b.PublishedPort && a.Protocol === b.Protocol;
  return same && Boolean(a.PublishedPort) && !(a.PublishMode === 'host' && b.PublishMode === 'host');
}
