import { z } from 'zod';

/** The Engine API's answers, in the parts that are used. What is not is let through, and null is an empty list or map. */
const strings = z
  .record(z.string(), z.string())
  .nullish()
  .transform((map) => map ?? {});
const record = z.record(z.string(), z.unknown());

export function listOf<S extends z.ZodType>(item: S) {
  return z
    .array(item)
    .nullish()
    .transform((list): z.output<S>[] => list ?? []);
}

export const InfoAnswer = z.looseObject({
  Name: z.string(),
  ServerVersion: z.string(),
  Swarm: z.looseObject({
    NodeID: z.string(),
    NodeAddr: z.string(),
    LocalNodeState: z.enum(['inactive', 'pending', 'active', 'error', 'locked']),
    ControlAvailable: z.boolean(),
    Error: z.string().default(''),
    RemoteManagers: listOf(z.looseObject({ Addr: z.string() })),
    Cluster: z.looseObject({ ID: z.string().default('') }).nullish(),
  }),
});

export const SwarmAnswer = z.looseObject({
  Version: z.looseObject({ Index: z.number() }),
  UpdatedAt: z.string().default(''),
  /** Goes back as it came. */
  Spec: record,
  JoinTokens: z.looseObject({ Manager: z.string(), Worker: z.string() }),
});

/** Of a node that is joining nothing is known yet; old engines leave out what is zero. */
const NodeDescription = z.looseObject({
  Hostname: z.string().default(''),
  Platform: z
    .looseObject({ Architecture: z.string().default(''), OS: z.string().default('') })
    .default({ Architecture: '', OS: '' }),
  Resources: z
    .looseObject({ NanoCPUs: z.number().default(0), MemoryBytes: z.number().default(0) })
    .default({ NanoCPUs: 0, MemoryBytes: 0 }),
  Engine: z
    .looseObject({ EngineVersion: z.string().default(''), Labels: strings })
    .default({ EngineVersion: '', Labels: {} }),
});

const NodeAnswer = z.looseObject({
  ID: z.string(),
  Version: z.looseObject({ Index: z.number() }),
  Description: z.preprocess((told) => told ?? {}, NodeDescription),
  Spec: z.looseObject({
    Role: z.enum(['manager', 'worker']),
    Availability: z.enum(['active', 'pause', 'drain']),
    Labels: strings,
  }),
  Status: z.looseObject({
    State: z.enum(['unknown', 'down', 'ready', 'disconnected']),
    Addr: z.string().default(''),
  }),
  ManagerStatus: z
    .looseObject({
      Leader: z.boolean().default(false),
      Reachability: z.enum(['unknown', 'unreachable', 'reachable']),
      Addr: z.string().default(''),
    })
    .exactOptional(),
});

/** The first has no number. */
const JobIteration = z.looseObject({ Index: z.number().exactOptional() });

const ServiceSpecAnswer = z.looseObject({
  Name: z.string(),
  Labels: strings,
  TaskTemplate: record,
  Mode: z.looseObject({
    Replicated: z.looseObject({ Replicas: z.number().exactOptional() }).exactOptional(),
    Global: z.record(z.string(), z.never()).exactOptional(),
    ReplicatedJob: z
      .looseObject({
        MaxConcurrent: z.number().exactOptional(),
        TotalCompletions: z.number().exactOptional(),
      })
      .exactOptional(),
    GlobalJob: z.record(z.string(), z.never()).exactOptional(),
  }),
  UpdateConfig: record.exactOptional(),
  RollbackConfig: record.exactOptional(),
  EndpointSpec: record.exactOptional(),
});

const PortAnswer = z.looseObject({
  Protocol: z.enum(['tcp', 'udp', 'sctp']).default('tcp'),
  TargetPort: z.number().default(0),
  PublishedPort: z.number().exactOptional(),
  PublishMode: z.enum(['ingress', 'host']).default('ingress'),
});

const Endpoint = z.looseObject({
  Ports: listOf(PortAnswer),
  VirtualIPs: listOf(z.looseObject({ NetworkID: z.string().default(''), Addr: z.string().default('') })),
});

export const ServiceAnswer = z.looseObject({
  ID: z.string(),
  Version: z.looseObject({ Index: z.number() }),
  CreatedAt: z.string().default(''),
  UpdatedAt: z.string().default(''),
  Spec: ServiceSpecAnswer,
  PreviousSpec: ServiceSpecAnswer.exactOptional(),
  // Nothing of it is there until the swarm has given the service its addresses.
  Endpoint: z.preprocess((told) => told ?? {}, Endpoint),
  UpdateStatus: z
    .looseObject({ State: z.string().default(''), Message: z.string().default('') })
    .exactOptional(),
  JobStatus: z.looseObject({ JobIteration: JobIteration.default({}) }).exactOptional(),
});

/** A secret's data is never in it. */
const SwarmFileAnswer = z.looseObject({
  ID: z.string(),
  Version: z.looseObject({ Index: z.number() }),
  CreatedAt: z.string().default(''),
  UpdatedAt: z.string().default(''),
  Spec: z.looseObject({
    Name: z.string(),
    Labels: strings,
    Data: z.string().exactOptional(),
    Driver: z
      .looseObject({ Name: z.string(), Options: z.record(z.string(), z.string()).exactOptional() })
      .exactOptional(),
    Templating: z.looseObject({ Name: z.string() }).exactOptional(),
  }),
});

const TaskAnswer = z.looseObject({
  ID: z.string(),
  ServiceID: z.string().default(''),
  // Not scheduled yet.
  NodeID: z.string().default(''),
  Slot: z
    .number()
    .optional()
    .transform((slot) => slot),
  JobIteration: JobIteration.exactOptional(),
  DesiredState: z.string(),
  Status: z.looseObject({
    State: z.string(),
    Timestamp: z.string(),
    Err: z.string().exactOptional(),
    ContainerStatus: z.looseObject({ ExitCode: z.number().exactOptional() }).exactOptional(),
  }),
  Spec: record,
});

export const NetworkAnswer = z.looseObject({
  Id: z.string(),
  Name: z.string(),
  Labels: strings,
  Driver: z.string().default(''),
  Scope: z.string().default(''),
  Attachable: z.boolean().default(false),
});

/** One line of a pull's progress. */
export const PullMessage = z.looseObject({
  errorDetail: z.looseObject({ message: z.string().default('') }).exactOptional(),
  error: z.string().exactOptional(),
});

export const EventMessage = z.looseObject({
  Type: z.string(),
  Action: z.string(),
  Actor: z.looseObject({ ID: z.string().default(''), Attributes: strings }),
});

/** Schemas are made here once: making one takes zod longer than reading an answer by it. */
export const NodesAnswer = listOf(NodeAnswer);
export const ServicesAnswer = listOf(ServiceAnswer);
export const TasksAnswer = listOf(TaskAnswer);
export const NetworksAnswer = listOf(NetworkAnswer);
export const SwarmFilesAnswer = listOf(SwarmFileAnswer);

/** What was created: the swarm's objects tell their id in one spelling, containers and networks in the other. */
export const SwarmObjectCreated = z.looseObject({ ID: z.string() });
export const Created = z.looseObject({ Id: z.string() });
