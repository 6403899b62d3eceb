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
  JoinTokens: z.looseObject({ Manager: z.string(), Worker: z.string() }),
});

export const NodeAnswer = z.looseObject({
  ID: z.string(),
  Version: z.looseObject({ Index: z.number() }),
  // A node that is joining has not told its host name yet.
  Description: z.looseObject({ Hostname: z.string().default('') }).default({ Hostname: '' }),
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

export const ServiceAnswer = z.looseObject({
  ID: z.string(),
  Version: z.looseObject({ Index: z.number() }),
  Spec: z.looseObject({
    Name: z.string(),
    Labels: strings,
    TaskTemplate: record,
    Mode: z.looseObject({
      Replicated: z.looseObject({ Replicas: z.number().exactOptional() }).exactOptional(),
      Global: z.record(z.string(), z.never()).exactOptional(),
    }),
    UpdateConfig: record.exactOptional(),
    RollbackConfig: record.exactOptional(),
    EndpointSpec: record.exactOptional(),
  }),
  UpdateStatus: z
    .looseObject({ State: z.string().default(''), Message: z.string().default('') })
    .exactOptional(),
});

export const TaskAnswer = z.looseObject({
  ID: z.string(),
  ServiceID: z.string().default(''),
  // Not scheduled yet.
  NodeID: z.string().default(''),
  Slot: z
    .number()
    .optional()
    .transform((slot) => slot),
  DesiredState: z.string(),
  Status: z.looseObject({
    State: z.string(),
    Timestamp: z.string(),
    Err: z.string().exactOptional(),
    ContainerStatus: z.looseObject({ ExitCode: z.number().exactOptional() }).exactOptional(),
  }),
  Spec: record,
});

export const NetworkAnswer = z.looseObject({ Id: z.string(), Name: z.string(), Labels: strings });

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
