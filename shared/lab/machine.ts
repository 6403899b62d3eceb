import { z } from 'zod';

/** docker-machine's states; see section 3 of shared/docker-facts.md. */
export const MachineState = z.enum([
  'Running',
  'Paused',
  'Saved',
  'Stopped',
  'Stopping',
  'Starting',
  'Error',
  'Timeout',
]);
export type MachineState = z.infer<typeof MachineState>;

/** What a machine is to its swarm; `none` in a lab whose template forms no swarm. */
export const MachineRole = z.enum(['manager', 'worker', 'none']);
export type MachineRole = z.infer<typeof MachineRole>;

/** RFC 1123 label, mixed case as the course's LINUXtips-01; 63 characters is the limit of a host name. */
export const MachineName = z
  .string()
  .regex(
    /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/,
    'must be letters, digits and hyphens, at most 63, as a host name is',
  );

/**
 * The state a machine is asked to be in. `killed` is off without a clean shutdown (docker-machine's `kill`).
 */
const MachinePower = z.enum(['on', 'off', 'killed']);

/** What is done on a machine that runs, its engine restarted once with it: docker-machine's verbs. */
export const Chore = z.enum(['regenerate-certs', 'provision', 'upgrade']);
export type Chore = z.infer<typeof Chore>;

/** One machine as asked for. `restarts` counts `restart` requests: the reconciler carries out what it has not seen. */
export const MachineSpec = z.object({
  name: MachineName,
  role: MachineRole,
  power: MachinePower.default('on'),
  restarts: z.number().int().nonnegative().default(0),
  /** Counts the requests to make it anew; as with `restarts`. */
  rebuilds: z.number().int().nonnegative().optional(),
  /** When it, or its rebuild, was asked for, where that was after the lab was. */
  askedAt: z.string().optional(),
  /** The last chore that was asked for, and how many have been. */
  chore: z.object({ verb: Chore, count: z.number().int().positive() }).optional(),
});
export type MachineSpec = z.infer<typeof MachineSpec>;

/** One machine as last observed. Everything but `name` may be unknown before its driver lists it. */
export const MachineStatus = z.object({
  name: MachineName,
  /** The launch that made it; a rebuilt machine has a higher one. */
  attempt: z.number().int().nonnegative(),
  state: MachineState,
  /** What its launch made it, in the driver's words, and the gigabytes of its disk: what it costs hangs on them. */
  type: z.string().optional(),
  diskGigabytes: z.number().nonnegative().optional(),
  /** Fixed for the machine's life: the address the swarm advertises. */
  privateAddress: z.string(),
  /** Where the user's machine reaches it; changes over stop and start on EC2. */
  address: z.string().optional(),
  /** Inside port -> outside port, where the driver publishes ports; empty where addresses route. */
  ports: z.record(z.string(), z.number().int()).default({}),
  /** Where the control plane last reached its engine, as the driver told. */
  endpoint: z.object({ host: z.string(), port: z.number().int() }).optional(),
  /** `restarts` of the spec that has been carried out. */
  restarts: z.number().int().nonnegative().default(0),
  /** `rebuilds` of the spec that has been carried out. */
  rebuilds: z.number().int().nonnegative().optional(),
  /** The last chore that was begun; it is over once it has `endedAt`. */
  chore: z
    .object({ count: z.number().int().positive(), startedAt: z.string(), endedAt: z.string().optional() })
    .optional(),
  /** When its last boot was asked for: by launch, start or restart. What has not enrolled long after it is booted anew. */
  bootedAt: z.string().optional(),
  engine: z.object({ version: z.string(), nodeId: z.string().optional() }).optional(),
  /** Attempt for which this machine joined the lab's swarm: it joins once per launch, then it is the student's. */
  joinedAttempt: z.number().int().optional(),
});
export type MachineStatus = z.infer<typeof MachineStatus>;

/** Docker's TLS port, fixed by docker-machine's habit. */
export const ENGINE_PORT = 2376;
export const SSH_PORT = 22;
/** Swarm's management port. */
export const SWARM_PORT = 2377;
