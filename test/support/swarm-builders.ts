import type { Network, Node, Service, Task } from '../../shared/ports/engine.ts';

/** The moment of a built swarm's things, with seconds after it. */
export const at = (second: number) => new Date(Date.UTC(2026, 2, 2, 12, 0, second)).toISOString();

/** A service of two nginx, made a minute past twelve. */
export function aService(spec: Partial<Service['Spec']> = {}, more: Partial<Service> = {}): Service {
  return {
    ID: 'web',
    Version: { Index: 1 },
    CreatedAt: at(0),
    UpdatedAt: at(0),
    Spec: {
      Name: 's_web',
      Labels: {},
      TaskTemplate: { ContainerSpec: { Image: 'nginx:latest' } },
      Mode: { Replicated: { Replicas: 2 } },
      ...spec,
    },
    Endpoint: { Ports: [], VirtualIPs: [] },
    ...more,
  };
}

let made = 0;
type TaskOverrides = Partial<Task> & { Err?: string; second?: number; exit?: number };

/** A task of that service on node n1, wanted unless it has ended. */
export function aTask(State: string, { Err, second = 0, exit, ...more }: TaskOverrides = {}): Task {
  made += 1;
  return {
    ID: `task-${made}`,
    ServiceID: 'web',
    NodeID: 'n1',
    Slot: 1,
    DesiredState: ['failed', 'rejected', 'shutdown', 'complete'].includes(State) ? 'shutdown' : 'running',
    Status: {
      State,
      Timestamp: at(second),
      ...(Err === undefined ? {} : { Err }),
      ...(exit === undefined ? {} : { ContainerStatus: { ExitCode: exit } }),
    },
    Spec: { ContainerSpec: { Image: 'nginx:latest' } },
    ...more,
  };
}

interface NodeOverrides extends Partial<Node['Spec']> {
  state?: Node['Status']['State'];
  cpus?: number;
  gibibytes?: number;
  engineLabels?: Record<string, string>;
  address?: string;
}

/** A small x86 machine, `host-n1` for n1. */
export function aSwarmNode(
  ID: string,
  {
    state = 'ready',
    cpus = 2,
    gibibytes = 4,
    engineLabels = {},
    address = '10.1.1.1',
    ...spec
  }: NodeOverrides = {},
): Node {
  return {
    ID,
    Version: { Index: 1 },
    Description: {
      Hostname: `host-${ID}`,
      Platform: { Architecture: 'x86_64', OS: 'linux' },
      Resources: { NanoCPUs: cpus * 1e9, MemoryBytes: gibibytes * 1024 ** 3 },
      Engine: { EngineVersion: '20.10.24', Labels: engineLabels },
    },
    Spec: { Role: 'worker', Availability: 'active', Labels: {}, ...spec },
    Status: { State: state, Addr: address },
  };
}

export function aNetwork(Name: string, overrides: Partial<Network> = {}): Network {
  return {
    Id: `id-of-${Name}`,
    Name,
    Labels: {},
    Driver: 'overlay',
    Scope: 'swarm',
    Attachable: false,
    ...overrides,
  };
}
