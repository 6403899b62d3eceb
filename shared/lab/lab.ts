import { z } from 'zod';
import { Conditions } from './conditions.ts';
import { MachineName, MachineSpec, MachineStatus } from './machine.ts';
import { LabUsage } from './usage.ts';

/** A stack asked for. */
export const StackSpec = z.object({
  /** In the swarm. */
  name: z.string(),
  /** The catalogue entry that it comes from; absent for a Compose file of the caller's own. */
  from: z.string().optional(),
  /** Digest of the source that came with the request, kept in an item of its own; absent: the catalogue's as it is. */
  source: z.string().optional(),
  /** Counts the requests for it: each deploys again, whatever has become of it since. */
  revision: z.number().int().nonnegative().optional(),
  /** Are services removed that have gone from the file? */
  prune: z.boolean().optional(),
});
export type StackSpec = z.infer<typeof StackSpec>;

/** The desired state. The API alone writes it, under `specVersion`. */
export const LabSpec = z.object({
  machines: z.array(MachineSpec).min(1).max(16),
  /** `formed`: the lab arrives as a swarm. `none`: the student forms it. */
  swarm: z.enum(['formed', 'none']),
  /** Machines asked for no more; `force`: whatever becomes of the swarm. */
  leaving: z.array(z.object({ name: MachineName, force: z.boolean() })).optional(),
  /** Makes this machine the only manager, its swarm's majority being gone; `count` tells one request from the next. */
  recovery: z.object({ manager: MachineName, count: z.number().int().positive() }).optional(),
  stacks: z.array(StackSpec),
  power: z.enum(['on', 'off']),
  deleted: z.boolean(),
  expiresAt: z.iso.datetime(),
  /**
   * Before it nothing is launched or started, whatever `power` says: a class's labs wait for their moment. Whoever starts a
   * lab that its schedule or idleness keeps off moves it to now (`switchedOn`).
   */
  startsAt: z.iso.datetime().optional(),
  /** From then on it is switched off, whatever `power` says, until a later start is asked for. */
  stopsAt: z.iso.datetime().optional(),
  /** Without a call or an event of its engines for so many seconds it is warned, then stopped; absent: never. */
  idleAfterSeconds: z.number().int().positive().optional(),
  /** The bell: before it nobody is expected, so that nobody is idle. */
  idleFrom: z.iso.datetime().optional(),
  /** Told in its timeline, once each: what the instructor had to say. */
  notices: z
    .array(z.object({ id: z.string(), at: z.string(), text: z.string() }))
    .max(10)
    .optional(),
  /** False: it will only ever be deleted, never stopped, which lets its machines be cheaper ones. Absent: it may be. */
  stoppable: z.boolean().optional(),
  /** CIDRs that may reach 22, 2376 and published ports, where the driver enforces it. */
  allowFrom: z.array(z.string()),
  /**
   * Marks of the last requests with an Idempotency-Key that were carried out: written with their effect in one
   * write, so that a repeat after a crash neither skips it nor does it twice.
   */
  applied: z.array(z.string()).max(20).optional(),
});
export type LabSpec = z.infer<typeof LabSpec>;

/** The one launch under way or last made, saved before the driver is asked. */
export const LaunchIntent = z.object({
  attempt: z.number().int().positive(),
  machines: z.array(MachineName).min(1),
  /** Where and as what, in the driver's words; part of the intent, so that a repeat is the same launch. */
  placement: z.record(z.string(), z.string()).default({}),
  /** Placements of earlier attempts that found no room. */
  short: z.array(z.record(z.string(), z.string())).default([]),
  savedAt: z.string(),
  /** When the first of the attempts that found no room was saved, where this one follows them. */
  askedAt: z.string().optional(),
  /** Set once the driver took the launch; until then any run may carry it out, unchanged. */
  launchedAt: z.string().optional(),
  /** Set where there was no room for it: nothing came of it, and the next attempt is placed elsewhere. */
  abandonedAt: z.string().optional(),
});
export type LaunchIntent = z.infer<typeof LaunchIntent>;

export const NodeStatus = z.object({
  id: z.string(),
  hostname: z.string(),
  role: z.enum(['manager', 'worker']),
  availability: z.enum(['active', 'pause', 'drain']),
  state: z.enum(['unknown', 'down', 'ready', 'disconnected']),
  /** Managers only. */
  reachability: z.enum(['unknown', 'unreachable', 'reachable']).optional(),
  leader: z.boolean(),
});
export type NodeStatus = z.infer<typeof NodeStatus>;

const SwarmStatus = z.object({
  /** Named before anything runs, so that two runs can never initialise two swarms. */
  firstManager: MachineName,
  /** The cluster id, once initialised. */
  id: z.string().optional(),
  /** When every machine first was a node; from then on the swarm is the student's. */
  formedAt: z.string().optional(),
  nodes: z.array(NodeStatus),
});

/** What most likely keeps a task from running; shared/stack/causes.ts tells it from the Engine's words. */
export const Cause = z.enum([
  'no_such_image',
  'other_architecture',
  'port_in_use',
  'no_suitable_node',
  'bind_source_missing',
  'out_of_memory',
  'crash_loop',
  'network_not_ready',
  'command_not_found',
  'permission_denied',
  'unhealthy',
  'ended',
  'node_down',
  'pulling',
  'unknown',
]);
export type Cause = z.infer<typeof Cause>;

/** A service of a swarm as it stands; a job is done where its tasks have completed. */
export const ServiceStatus = z.object({
  name: z.string(),
  mode: z.enum(['replicated', 'global', 'replicated-job', 'global-job']),
  /** Tasks there should be. */
  desired: z.number().int(),
  /** Of those, the ones that run or have done what they were to do. */
  running: z.number().int(),
  /** How many of `running` have done what they were to do; absent: none. */
  completed: z.number().int().optional(),
  failed: z.number().int(),
  /** Since when all it should run does, or since when something of it has not. */
  since: z.string().optional(),
  /** The last task error in the Engine's own words; not in a lab's record, which stays small. */
  error: z.string().optional(),
  cause: Cause.optional(),
  /** The likely cause and its cure, in words. */
  problem: z.string().optional(),
});
export type ServiceStatus = z.infer<typeof ServiceStatus>;

export const StackStatus = z.object({
  name: z.string(),
  /** Digest of what was last deployed; deploy runs again only when the spec's differs. */
  deployed: z.string().optional(),
  deployedAt: z.string().optional(),
  /** What it publishes, by service: where to click. */
  published: z.array(z.object({ service: z.string(), port: z.number().int() })).optional(),
  /** Since when it is asked for no more. */
  removingSince: z.string().optional(),
  services: z.array(ServiceStatus),
});
export type StackStatus = z.infer<typeof StackStatus>;

export const LabEvent = z.object({
  /** 1, 2, 3 … within the lab; the cursor of `?after=`. */
  sequence: z.number().int().positive(),
  at: z.string(),
  type: z.string(),
  message: z.string(),
});
export type LabEvent = z.infer<typeof LabEvent>;

/** The observed state. The reconciler alone writes it, under `statusVersion`. */
export const LabStatus = z.object({
  conditions: Conditions,
  intent: LaunchIntent.optional(),
  /** When the driver first took a launch, later by whatever was spent waiting for room since: its deadline counts from here. */
  launchedAt: z.string().optional(),
  /** The attempt whose machines the driver settles, and when it is to; no time once that is done. */
  settling: z.object({ attempt: z.number().int(), at: z.string().optional() }).optional(),
  network: z
    .object({
      subnet: z.string(),
      /** What was last allowed in from outside: addresses and ports, as text. */
      allowed: z.string().optional(),
      /** What the driver would not allow, in the same text: it is not asked again. */
      refused: z.string().optional(),
    })
    .optional(),
  machines: z.array(MachineStatus),
  swarm: SwarmStatus.optional(),
  /** A swarm of the student's own making, in a lab that comes without one: looked at, never touched. */
  ownSwarm: z
    .object({
      nodes: z.array(NodeStatus),
      /** Why it does not work, as told in the timeline. */
      trouble: z.string().optional(),
    })
    .optional(),
  /** How far `spec.leaving` is; kept while the spec names them. */
  leaving: z
    .array(
      z.object({
        name: MachineName,
        since: z.string(),
        /** When the driver was first told to destroy it. */
        destroyedAt: z.string().optional(),
        goneAt: z.string().optional(),
        /** Why it is not gone yet, where that was told. */
        told: z.string().optional(),
      }),
    )
    .optional(),
  /** The recovery last carried out. */
  recovery: z
    .object({
      count: z.number().int().positive(),
      at: z.string(),
      /** Former managers: each is to leave the old swarm before it joins again. */
      rejoin: z.array(MachineName),
    })
    .optional(),
  stacks: z.array(StackStatus),
  /** The last 20 of the timeline; all of it is in items of its own. */
  events: z.array(LabEvent).max(20),
  /** First time all conditions were true: what tells `provisioning` from `degraded`. */
  readyAt: z.string().optional(),
  /** When it was last switched off; cleared once it is ready again, which tells `starting` from `degraded`. */
  poweredOffAt: z.string().optional(),
  /** Why the lab was given up; a failed lab goes down at once. */
  failure: z.object({ code: z.string(), message: z.string(), at: z.string() }).optional(),
  /** Minutes before `expiresAt` that have been warned about, and for which expiry. */
  warned: z.object({ expiresAt: z.string(), minutes: z.array(z.number().int()) }).optional(),
  /** The same of `stopsAt`. */
  stopWarned: z.object({ stopsAt: z.string(), minutes: z.array(z.number().int()) }).optional(),
  /** The last spec the reconciler told in the timeline: what changed is an event. */
  toldSpec: z
    .object({
      expiresAt: z.string(),
      power: z.enum(['on', 'off']),
      startsAt: z.string().optional(),
      stopsAt: z.string().optional(),
    })
    .optional(),
  /** Enrolment failures already told, by machine. */
  toldFailures: z.record(z.string(), z.string()).default({}),
  /** What of it is paid for; absent until something is. */
  usage: LabUsage.optional(),
  /** Of the last notice that was told. */
  toldNotice: z.string().optional(),
  /**
   * Since when nobody is known to have used it, when its owner was warned of being stopped for it, and when it was: that
   * holds until a later `startsAt`.
   */
  idle: z
    .object({ since: z.string(), warnedAt: z.string().optional(), stoppedAt: z.string().optional() })
    .optional(),
  /** When the driver had taken the order to destroy all of it: nothing of it is paid for any more. */
  removalAskedAt: z.string().optional(),
  /** The way down has been told. */
  goingDown: z.boolean().optional(),
  deletedAt: z.string().optional(),
});
export type LabStatus = z.infer<typeof LabStatus>;

export const Lab = z.object({
  id: z.string(),
  /** The subject of the token that asked for it. */
  owner: z.string(),
  name: z.string(),
  template: z.string(),
  /** Of the class that it belongs to: `instructor` sees and changes it as its owner does. */
  class: z
    .object({
      id: z.string(),
      instructor: z.string(),
      purpose: z.enum(['session', 'course', 'own']),
      /** Start of the session that it was made for, in UTC. */
      session: z.string().optional(),
    })
    .optional(),
  createdAt: z.string(),
  /** No extension goes past it. */
  hardMaximum: z.string(),
  spec: LabSpec,
  specVersion: z.number().int().nonnegative(),
  status: LabStatus,
  statusVersion: z.number().int().nonnegative(),
  /** When the tick must wake it, milliseconds since the epoch; absent once nothing is ever due again. */
  dueAt: z.number().int().optional(),
});
export type Lab = z.infer<typeof Lab>;

/** What a machine's boot told us, an item of its own, because enrolment must not race the reconciler. */
export const Enrolment = z.object({
  machine: MachineName,
  /** When the API last signed for it. */
  enrolledAt: z.string().optional(),
  failure: z.object({ message: z.string(), at: z.string() }).optional(),
});
export type Enrolment = z.infer<typeof Enrolment>;

/** The nodes of a lab's swarm as last told, whoever formed it; none where there is no swarm. */
export function nodesOf({ swarm, ownSwarm }: Pick<LabStatus, 'swarm' | 'ownSwarm'>): NodeStatus[] {
  return swarm?.nodes ?? ownSwarm?.nodes ?? [];
}
