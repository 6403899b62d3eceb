/** Written from the API's own operations by scripts/generate-client.ts: `npm run generate:client` writes it anew. */

export type Lab = {
  id: string;
  name: string;
  owner: string;
  template: string;

  /** Whose students have it */
  class?: {
    id: string;
    purpose: 'session' | 'course' | 'own';

    /** Start of the session that it was made for, in UTC */
    session?: string;
  };
  phase:
    | 'pending'
    | 'provisioning'
    | 'ready'
    | 'degraded'
    | 'stopping'
    | 'stopped'
    | 'starting'
    | 'deleting'
    | 'deleted'
    | 'failed';

  /** Percent of the way up */
  progress: number;
  conditions: {
    MachinesRunning?: {
      status: 'True' | 'False' | 'Unknown';
      reason: string;
      message: string;
      since: string;
    };
    EnginesReady?: { status: 'True' | 'False' | 'Unknown'; reason: string; message: string; since: string };
    SwarmReady?: { status: 'True' | 'False' | 'Unknown'; reason: string; message: string; since: string };
    StacksConverged?: {
      status: 'True' | 'False' | 'Unknown';
      reason: string;
      message: string;
      since: string;
    };
  };
  machines: Machine[];
  stacks: {
    name: string;

    /** Its entry in the catalogue */
    from?: string;
    deployedAt?: string;
    services: {
      name: string;
      mode: 'replicated' | 'global' | 'replicated-job' | 'global-job';
      desired: number;
      running: number;
      completed?: number;
      failed: number;
      since?: string;
      error?: string;
      cause?:
        | 'no_such_image'
        | 'other_architecture'
        | 'port_in_use'
        | 'no_suitable_node'
        | 'bind_source_missing'
        | 'out_of_memory'
        | 'crash_loop'
        | 'network_not_ready'
        | 'command_not_found'
        | 'permission_denied'
        | 'unhealthy'
        | 'ended'
        | 'node_down'
        | 'pulling'
        | 'unknown';
      problem?: string;
    }[];
  }[];
  links: { label: string; url: string }[];
  power: 'on' | 'off';

  /** False: it is only ever deleted, never stopped */
  stoppable: boolean;
  createdAt: string;
  readyAt?: string;

  /** Before it nothing runs */
  startsAt?: string;

  /** It is switched off then; its disks stay */
  stopsAt?: string;
  expiresAt: string;

  /** No extension goes past it */
  hardMaximum: string;
  allowFrom: string[];
  allowFromEnforced: boolean;
  allowFromNote?: string;

  /** So far */
  cost?: {
    usd: number;

    /** What the hours would have cost that machines stood stopped */
    savedUsd: number;

    /** Of what day the prices are; absent: there are none, and all is 0 */
    date?: string;
  };
  failure?: { code: string; message: string; at: string };
  deletedAt?: string;
};

export type Machine = {
  name: string;
  driver: string;
  state: 'Running' | 'Paused' | 'Saved' | 'Stopped' | 'Stopping' | 'Starting' | 'Error' | 'Timeout';
  role: 'manager' | 'worker' | 'none';

  /** Of its Docker Engine, while it runs */
  url?: string;

  /** Its role in the swarm now */
  swarm?: string;
  engineVersion?: string;

  /** Why its engine is not up */
  error?: string;
};

export type ExecResult = {
  /** Absent where it was ended by force */
  exitCode?: number;
  stdout: string;
  stderr: string;
  ended: 'by-itself' | 'deadline' | 'too-much-output';
  seconds: number;
};

export type Template = {
  /** What `template` takes */
  name: string;

  /** For a student */
  description: string;

  /** For who gives the course: its chapters, and what it is made for */
  instructor?: string;
  swarm: 'formed' | 'none';
  machines: { name: string; role: 'manager' | 'worker' | 'none' }[];
  stacks: { name: string; from: string }[];

  /** Until it is torn down, unless told */
  hours: number;
  size: {
    machines: number;
    managers: number;
    workers: number;

    /** What its stacks use together once they are up */
    memoryMiB: number;
  };
};

export type CatalogueStack = {
  /** What `from` and `stacks` take */
  name: string;
  description: string;

  /** Published ports worth a click, once it is deployed */
  links: { port: number; path?: string; label: string }[];

  /** What it asks for, each with its default */
  parameters: {
    name: string;
    description: string;
    required?: boolean;
    default?: string;
    secret?: boolean;
    kind?: 'text' | 'url';
    pattern?: string;
  }[];
  services: {
    name: string;
    image: string;

    /** Absent: one task on every node */
    replicas?: number;

    /** Published on the nodes */
    ports: number[];
  }[];

  /** Each with the day it was last known to be in its registry */
  images: { reference: string; lastKnown: string }[];

  /** All that it publishes: two stacks of one lab cannot publish the same port */
  ports: number[];

  /** What its tasks together use of the lab’s memory */
  memoryMiB: number;

  /** What differs from the course’s own file, and why */
  notes?: string;
};

export type Stack = {
  name: string;

  /** Its entry in the catalogue */
  from?: string;

  /** waiting: the lab is not up yet; late: it had its time and did not come up; foreign: deployed by another hand than ours */
  state: 'waiting' | 'deploying' | 'converging' | 'converged' | 'late' | 'removing' | 'foreign';
  deployedAt?: string;
  services: {
    name: string;
    mode: 'replicated' | 'global' | 'replicated-job' | 'global-job';
    desired: number;
    running: number;
    completed?: number;
    failed: number;
    since?: string;
    error?: string;
    cause?:
      | 'no_such_image'
      | 'other_architecture'
      | 'port_in_use'
      | 'no_suitable_node'
      | 'bind_source_missing'
      | 'out_of_memory'
      | 'crash_loop'
      | 'network_not_ready'
      | 'command_not_found'
      | 'permission_denied'
      | 'unhealthy'
      | 'ended'
      | 'node_down'
      | 'pulling'
      | 'unknown';
    problem?: string;
  }[];
  links: { label: string; url: string }[];

  /** last-look: the swarm does not answer, and this is what was seen last */
  asOf: 'now' | 'last-look';

  /** Why the swarm was not asked */
  note?: string;
};

export type StackDetail = {
  name: string;

  /** Its entry in the catalogue */
  from?: string;

  /** waiting: the lab is not up yet; late: it had its time and did not come up; foreign: deployed by another hand than ours */
  state: 'waiting' | 'deploying' | 'converging' | 'converged' | 'late' | 'removing' | 'foreign';
  deployedAt?: string;
  services: {
    name: string;
    mode: 'replicated' | 'global' | 'replicated-job' | 'global-job';
    desired: number;
    running: number;
    completed?: number;
    failed: number;
    since?: string;
    error?: string;
    cause?:
      | 'no_such_image'
      | 'other_architecture'
      | 'port_in_use'
      | 'no_suitable_node'
      | 'bind_source_missing'
      | 'out_of_memory'
      | 'crash_loop'
      | 'network_not_ready'
      | 'command_not_found'
      | 'permission_denied'
      | 'unhealthy'
      | 'ended'
      | 'node_down'
      | 'pulling'
      | 'unknown';
    problem?: string;
  }[];
  links: { label: string; url: string }[];

  /** last-look: the swarm does not answer, and this is what was seen last */
  asOf: 'now' | 'last-look';

  /** Why the swarm was not asked */
  note?: string;
  live?: LiveStack;
};

export type LiveStack = { name: string; converged: boolean; services: StackService[] };

export type StackService = {
  name: string;
  mode: 'replicated' | 'global' | 'replicated-job' | 'global-job';
  desired: number;
  running: number;
  completed?: number;
  failed: number;
  since?: string;
  error?: string;
  cause?:
    | 'no_such_image'
    | 'other_architecture'
    | 'port_in_use'
    | 'no_suitable_node'
    | 'bind_source_missing'
    | 'out_of_memory'
    | 'crash_loop'
    | 'network_not_ready'
    | 'command_not_found'
    | 'permission_denied'
    | 'unhealthy'
    | 'ended'
    | 'node_down'
    | 'pulling'
    | 'unknown';
  problem?: string;
  id: string;
  image: string;
  converged: boolean;

  /** Those wanted, then what has been, newest first; 60 at most */
  tasks: StackTask[];

  /** What its container last said, where it keeps ending */
  logTail?: string[];
};

export type StackTask = {
  id: string;

  /** Its node’s host name, once it has one */
  node?: string;

  /** Which of the replicas; a global service has none */
  slot?: number;

  /** In Swarm’s words: new, pending, preparing, starting, running, failed … */
  state: string;

  /** What the swarm means it to be */
  desired: string;
  since: string;

  /** In the Engine’s own words */
  error?: string;
  exitCode?: number;
};

export type StackPlan = {
  stack: string;

  /** Nothing that was found stops it */
  deployable: boolean;
  findings: {
    level: 'error' | 'warning' | 'note';
    code: string;
    pointer: string;
    place?: { file: string; line: number; column: number };

    /** Reason and cure */
    message: string;
  }[];

  /** Was it held against what runs now? */
  swarmAsked: boolean;

  /** Why it was not */
  swarmNote?: string;
  services: string[];
  networks: string[];
  secrets: string[];
  configs: string[];
};

export type Service = {
  id: string;
  name: string;
  image: string;
  mode: 'replicated' | 'global' | 'replicated-job' | 'global-job';
  replicas: { running: number; desired: number; failed: number };
  ports: { target: number; published?: number; protocol: 'tcp' | 'udp' | 'sctp'; mode: 'ingress' | 'host' }[];
  stack?: string;
  createdAt: string;
  updatedAt: string;

  /** The last task error in the Engine’s own words */
  error?: string;
  cause?:
    | 'no_such_image'
    | 'other_architecture'
    | 'port_in_use'
    | 'no_suitable_node'
    | 'bind_source_missing'
    | 'out_of_memory'
    | 'crash_loop'
    | 'network_not_ready'
    | 'command_not_found'
    | 'permission_denied'
    | 'unhealthy'
    | 'ended'
    | 'node_down'
    | 'pulling'
    | 'unknown';

  /** The likely cause and its cure */
  problem?: string;
};

export type ServiceDetail = {
  id: string;
  name: string;
  image: string;
  mode: 'replicated' | 'global' | 'replicated-job' | 'global-job';
  replicas: { running: number; desired: number; failed: number };
  ports: { target: number; published?: number; protocol: 'tcp' | 'udp' | 'sctp'; mode: 'ingress' | 'host' }[];
  stack?: string;
  createdAt: string;
  updatedAt: string;

  /** The last task error in the Engine’s own words */
  error?: string;
  cause?:
    | 'no_such_image'
    | 'other_architecture'
    | 'port_in_use'
    | 'no_suitable_node'
    | 'bind_source_missing'
    | 'out_of_memory'
    | 'crash_loop'
    | 'network_not_ready'
    | 'command_not_found'
    | 'permission_denied'
    | 'unhealthy'
    | 'ended'
    | 'node_down'
    | 'pulling'
    | 'unknown';

  /** The likely cause and its cure */
  problem?: string;

  /** Counts its changes */
  version: number;

  /** In the Engine’s own words, as docker service inspect has it */
  spec: Record<string, unknown>;

  /** What a rollback goes back to */
  previousSpec?: Record<string, unknown>;
  endpoint: { Ports: Record<string, unknown>[]; VirtualIPs: { NetworkID: string; Addr: string }[] };
  updateStatus?: { State: string; Message: string };

  /** The first of them; …/tasks has all */
  tasks: Task[];

  /** What its container last said, where it keeps ending */
  logTail?: string[];
};

export type Task = {
  id: string;

  /** Its node’s host name, once it has one */
  node?: string;

  /** Which of the replicas; a global service has none */
  slot?: number;

  /** In Swarm’s words: new, pending, preparing, starting, running, failed … */
  state: string;

  /** What the swarm means it to be */
  desired: string;
  since: string;

  /** In the Engine’s own words */
  error?: string;
  exitCode?: number;

  /** Its service and its slot there, web.1; of a global service, its node */
  name: string;
  service: string;
  image: string;
  nodeId?: string;
};

export type LogLine = {
  /** ISO 8601, to the nanosecond */
  at: string;
  stream: 'stdout' | 'stderr';
  task: string;
  node: string;
  text: string;
};

export type Node = {
  id: string;

  /** The machine’s name */
  hostname: string;

  /** What it is asked to be; a promotion takes a moment */
  role: 'manager' | 'worker';
  availability: 'active' | 'pause' | 'drain';
  state: 'unknown' | 'down' | 'ready' | 'disconnected';
  leader: boolean;

  /** A manager’s alone */
  reachability?: 'unknown' | 'unreachable' | 'reachable';
  address: string;
  labels: Record<string, string>;
  engineVersion: string;

  /** Such as linux/x86_64 */
  platform: string;
  cpus: number;
  memoryBytes: number;

  /** What a change has made of the swarm */
  warning?: string;
};

export type JoinTokens = {
  manager: string;
  worker: string;

  /** Where to join: host:2377 of the managers that answer */
  managers: string[];
};

export type RecoveryPlan = {
  /** Goes on as the only manager */
  manager: string;

  /** Former managers, which the swarm forgets */
  forgotten: string[];

  /** Of these, whom we let join again, once their machines run */
  rejoin: string[];

  /** In words, in their order */
  steps: string[];

  /** What the engine says of its swarm */
  reason: string;
};

export type SwarmFile = {
  id: string;
  name: string;
  labels: Record<string, string>;
  stack?: string;
  createdAt: string;
  updatedAt: string;

  /** Services whose containers get it */
  usedBy: string[];
};

export type Rotation = {
  /** The secret that holds the new value */
  name: string;
  id: string;

  /** Services that were given it, at the same path as before */
  updated: string[];

  /** Secrets with earlier values, which nothing needs any more */
  removed: string[];

  /** Those that a rollback would need; the next rotation looks again */
  kept: { name: string; because: string }[];
};

export type ConfigDetail = {
  id: string;
  name: string;
  labels: Record<string, string>;
  stack?: string;
  createdAt: string;
  updatedAt: string;

  /** Services whose containers get it */
  usedBy: string[];
  base64: string;

  /** The same, where it is text in UTF-8 */
  text?: string;
};

export type ClassPlan = {
  students: { total: number; added: number; removed: number; changed: number; unchanged: number };
  labs: {
    /** For the next session, by students who have none */
    create: number;
    keep: number;

    /** Of students who are on the roster no more */
    remove: number;

    /** Of each lab */
    machines: number;
  };

  /** Still to come, the one that is on included */
  sessions: number;
  next: {
    /** UTC */
    start: string;

    /** UTC */
    end: string;

    /** As the clock of the class’s zone shows it, with its offset */
    localStart: string;

    /** As the clock of the class’s zone shows it, with its offset */
    localEnd: string;

    /** UTC; the first lab’s launch */
    launchFrom: string;
  }[];

  /** Of the next session; absent where none is left */
  waves?: {
    /** To be launched or started */
    labs: number;

    /** From the first launch to the bell */
    leadSeconds: number;

    /** UTC */
    firstLaunchAt: string;

    /** UTC */
    lastLaunchAt: string;

    /** UTC; when the last is ready, as reckoned */
    readyAt: string;

    /** Labs launched in each minute from the first launch on */
    perMinute: number[];
  };

  /** Absent where it is not known, as on one machine */
  vcpus?: {
    /** By labs that do not run yet */
    needed: number;
    quota: number;

    /** By everybody, when it was last looked at */
    used: number;

    /** 0 where all labs get in */
    missing: number;

    /** How many of the class get in; the rest wait in order */
    admittedLabs: number;
  };
  addresses?: {
    /** By labs that do not run yet */
    needed: number;
    quota: number;

    /** By everybody, when it was last looked at */
    used: number;

    /** 0 where all labs get in */
    missing: number;

    /** How many of the class get in; the rest wait in order */
    admittedLabs: number;
  };
  securityGroups?: {
    /** By labs that do not run yet */
    needed: number;
    quota: number;

    /** By everybody, when it was last looked at */
    used: number;

    /** 0 where all labs get in */
    missing: number;

    /** How many of the class get in; the rest wait in order */
    admittedLabs: number;
  };

  /** Without traffic and taxes */
  price: {
    currency: 'USD';

    /** False: nothing is known of prices here, and every figure is 0 */
    priced: boolean;

    /** The next session, or what is left of the one that is on; with those so close that the same labs serve them */
    firstSessionUsd: number;

    /** The mean of the weeks that have sessions */
    perWeekUsd: number;

    /** Everything still to come, as `after` says */
    totalUsd: number;

    /** The same, were labs deleted after each session */
    deleteUsd: number;

    /** The same, were labs stopped after each session, their disks included */
    stopUsd: number;

    /** With all hours of one’s own used up by everybody */
    withOwnHoursUsd?: number;
    table?: { region: string; date: string };
  };
  assumptions: string[];
  warnings: {
    code:
      | 'two_managers'
      | 'machine_too_small'
      | 'sessions_overlap'
      | 'sessions_close'
      | 'local_time_skipped'
      | 'local_time_twice'
      | 'clock_change_within'
      | 'session_past'
      | 'too_near'
      | 'lead_too_short'
      | 'vcpu_quota'
      | 'addresses'
      | 'security_groups'
      | 'budget'
      | 'no_price';
    message: string;
  }[];
};

export type Class = {
  /** Its name */
  id: string;
  instructor: string;
  createdAt: string;
  state: 'active' | 'deleted' | 'ended';
  template: string;
  stacks?: string[];
  machines?: { managers?: number; workers?: number };

  /** On its roster */
  students: number;
  sessions: {
    /** The first one, in the class’s time zone: 2026-03-02T19:00 */
    start: string;

    /** ISO 8601 duration */
    duration: string;

    /** Again each week at the same time of the wall clock */
    weekly?: boolean;

    /** The last day on which a weekly session begins */
    until?: string;

    /** Days on which a weekly session is not held */
    except?: string[];
  }[];
  timeZone: string;
  leadTime?: string;
  after: 'delete' | 'stop';
  grace: string;
  hoursQuota?: string;
  idleAfter?: string;

  /** The one that is on, and those to come, five at most */
  next: {
    /** In UTC */
    start: string;

    /** In UTC */
    end: string;

    /** Its start by the class’s clock */
    local: string;

    /** UTC; when the first lab is launched or started */
    firstLaunch: string;
  }[];
  budget?: {
    usd: number;
    stopAtSessionEnd?: boolean;

    /** USD, as last reckoned */
    spent?: number;
    reckonedAt?: string;

    /** warned: 80 % is spent; spent: no new starts */
    told: 'none' | 'warned' | 'spent';
  };

  /** What was told to its labs last */
  notices: { id: string; at: string; text: string }[];
  events: { sequence: number; at: string; type: string; message: string }[];
  endedAt?: string;
};

export type RosterChange = {
  class: string;

  /** Who get labs */
  added: number;

  /** Whose labs go at `leavesAt` */
  removed: number;

  /** Whose name or group is another */
  changed: number;

  /** Who are not touched */
  unchanged: number;

  /** When the labs of those removed go */
  leavesAt?: string;
};

export type RosterStudent = {
  email: string;
  name?: string;
  group?: string;

  /** When its join code was last exchanged for a token */
  joined?: string;

  /** Its last call, to within minutes */
  lastSeen?: string;
};

export type JoinLink = {
  email: string;
  name?: string;

  /** Shown this once: not in a repeat under the same Idempotency-Key */
  code?: string;

  /** For the student’s browser; holds the code */
  link?: string;
};

export type ClassProgress = {
  items: {
    /** Their address */
    student: string;
    name?: string;
    group?: string;

    /** On the roster no more, since then */
    removedAt?: string;
    lab?: string;

    /** Of their lab, or `absent` */
    phase: string;
    percent: number;
    lastEvent?: { at: string; type: string; message: string };

    /** What keeps the lab from being up, or the student from having one */
    problem?: string;

    /** The same in one word, for programs */
    reason?: string;

    /** Their last call, to within minutes */
    lastSeenAt?: string;

    /** Machine-hours of this lab */
    hoursUsed: number;

    /** What this lab has cost so far */
    usd: number;
    startsAt?: string;
    readyAt?: string;
    expiresAt?: string;
  }[];

  /** Students by phase */
  counts: Record<string, number>;
};

export type ClassOutcomes = {
  items: {
    student: string;
    lab?: string;

    /** already: it was so before. not_reached: time was up before its turn; ask the same again */
    result: 'done' | 'already' | 'failed' | 'not_reached';
    code?: string;
    reason?: string;

    /** May the same be asked again for this one? */
    retryable?: boolean;
  }[];
  counts: { done?: number; already?: number; failed?: number; not_reached?: number };
};

export type ClassTold = {
  /** Its name */
  id: string;
  instructor: string;
  createdAt: string;
  state: 'active' | 'deleted' | 'ended';
  template: string;
  stacks?: string[];
  machines?: { managers?: number; workers?: number };

  /** On its roster */
  students: number;
  sessions: {
    /** The first one, in the class’s time zone: 2026-03-02T19:00 */
    start: string;

    /** ISO 8601 duration */
    duration: string;

    /** Again each week at the same time of the wall clock */
    weekly?: boolean;

    /** The last day on which a weekly session begins */
    until?: string;

    /** Days on which a weekly session is not held */
    except?: string[];
  }[];
  timeZone: string;
  leadTime?: string;
  after: 'delete' | 'stop';
  grace: string;
  hoursQuota?: string;
  idleAfter?: string;

  /** The one that is on, and those to come, five at most */
  next: {
    /** In UTC */
    start: string;

    /** In UTC */
    end: string;

    /** Its start by the class’s clock */
    local: string;

    /** UTC; when the first lab is launched or started */
    firstLaunch: string;
  }[];
  budget?: {
    usd: number;
    stopAtSessionEnd?: boolean;

    /** USD, as last reckoned */
    spent?: number;
    reckonedAt?: string;

    /** warned: 80 % is spent; spent: no new starts */
    told: 'none' | 'warned' | 'spent';
  };

  /** What was told to its labs last */
  notices: { id: string; at: string; text: string }[];
  events: { sequence: number; at: string; type: string; message: string }[];
  endedAt?: string;
  told: { done?: number; already?: number; failed?: number; not_reached?: number };
};

export type ClassCost = {
  currency: 'USD';
  usd: number;
  savedUsd: number;
  budget?: { usd: number; stopAtSessionEnd?: boolean };

  /** False: there is no price table, and all is 0 */
  priced: boolean;

  /** Of what day they are */
  prices?: { region: string; date: string };
  students: {
    /** Their address; a number once personal data was taken out */
    student: string;

    /** Machine-hours */
    hours: number;
    usd: number;

    /** What the hours would have cost that machines stood stopped */
    savedUsd: number;
    labs: number;
  }[];
  assumptions: string[];
};

export type LabRecord = {
  /** Their address; a number once personal data was taken out */
  student: string;
  lab: string;
  purpose: 'session' | 'course' | 'own';

  /** Start of the session that it was made for, in UTC */
  session?: string;
  template: string;
  createdAt: string;
  readyAt?: string;
  endedAt?: string;

  /** Machine-hours by type */
  hours: Record<string, number>;
  usd: number;
};

export type Joined = {
  token: string;
  role: 'student' | 'instructor' | 'operator';
  subject: string;
  class: string;

  /** Then join again: the code stays good */
  expiresAt: string;

  /** Who may reach your labs */
  allowFrom: string[];
  note?: string;
};

export interface Operations {
  /** Ask for a lab; with a class’s token, for the class’s lab */
  createLab: {
    input: {
      body: {
        /** Layout of the lab */
        template: string;

        /** For people; the template’s if left out */
        name?: undefined | string;

        /** Until it is torn down; 4 unless the template says otherwise */
        hours?: undefined | number;

        /** Instead of the template’s */
        stacks?: undefined | string[];

        /** Instead of the template’s, in a template that forms a swarm */
        machines?: undefined | { managers: number; workers: number };

        /** What the machine of a template with one machine is called, instead of the template’s */
        machineName?: undefined | string;

        /** False: it is only ever deleted, never stopped, which lets its machines be spot ones where the deployment has them and a lost machine is no lost lab */
        stoppable?: undefined | boolean;

        /** Who may reach it; your own IPv4 address if left out */
        allowFrom?: undefined | string[];
      };
      idempotencyKey?: string | undefined;
    };
    answer: Lab;
  };
  /** Your labs, newest first; an operator sees everybody’s */
  listLabs: {
    input: {
      query?: {
        phase?:
          | undefined
          | 'pending'
          | 'provisioning'
          | 'ready'
          | 'degraded'
          | 'stopping'
          | 'stopped'
          | 'starting'
          | 'deleting'
          | 'deleted'
          | 'failed';
        template?: undefined | string;

        /** Only of this class */
        class?: undefined | string;

        /** Most items of a page */
        limit?: undefined | number;

        /** Of the page before */
        cursor?: undefined | string;
      };
    };
    answer: { items: Lab[]; cursor?: string };
  };
  /** A lab: how far it is, what it has, until when */
  getLab: {
    input: {
      /** The lab’s id */
      lab: string;
    };
    answer: Lab;
  };
  /** Extend, shorten, stop, start, scale, or move the addresses that may reach it */
  changeLab: {
    input: {
      /** The lab’s id */
      lab: string;
      body: {
        /** When it is torn down */
        expiresAt?: undefined | string;

        /** How much longer it lives; ISO 8601 duration */
        extend?: undefined | string;

        /** Stops or starts all its machines; disks stay */
        power?: undefined | 'on' | 'off';

        /** So many of each role: new ones join, the last ones go */
        machines?: undefined | { managers: number; workers: number };

        /** Who may reach it */
        allowFrom?: undefined | string[];
      };
      idempotencyKey?: string | undefined;
    };
    answer: Lab;
  };
  /** Tear it down: machines, disks, network, keys */
  deleteLab: {
    input: {
      /** The lab’s id */
      lab: string;
      idempotencyKey?: string | undefined;
    };
    answer: Lab;
  };
  /** What happened to a lab, oldest first */
  listEvents: {
    input: {
      /** The lab’s id */
      lab: string;
      query?: {
        /** The last sequence you know */
        after?: undefined | number | null;

        /** Seconds */
        wait?: undefined | number | null;

        /** Most items of a page */
        limit?: undefined | number;
      };
    };
    answer: { items: { sequence: number; at: string; type: string; message: string }[]; after: number };
  };
  /** A client certificate for every Docker Engine of the lab */
  createCertificate: {
    input: {
      /** The lab’s id */
      lab: string;
    };
    answer: {
      ca: string;
      cert: string;

      /** Shown this once; nobody keeps it */
      key: string;
      expiresAt: string;
    };
  };
  /** The private key for ssh and scp, for the lab’s owner and the instructor of its class */
  getSshKey: {
    input: {
      /** The lab’s id */
      lab: string;
    };
    answer: { privateKey: string };
  };
  /** The lab’s machines; `Accept: text/plain` is docker-machine’s ls table */
  listMachines: {
    input: {
      /** The lab’s id */
      lab: string;
      query?: {
        /** Your DOCKER_HOST, which marks the active machine */
        dockerHost?: undefined | string;
      };
    };
    answer: { items: Machine[] };
  };
  /** Add a machine to a live lab; it joins the swarm in its role */
  addMachine: {
    input: {
      /** The lab’s id */
      lab: string;
      body: {
        /** The next in the manner of the lab’s own if left out */
        name?: undefined | string;

        /** worker if left out; none in a lab that comes without a swarm */
        role?: undefined | 'manager' | 'worker' | 'none';
      };
      idempotencyKey?: string | undefined;
    };
    answer: Machine;
  };
  /** Its address */
  machineIp: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The machine’s name */
      machine: string;
    };
    answer: string;
  };
  /** Where its Docker Engine answers */
  machineUrl: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The machine’s name */
      machine: string;
    };
    answer: string;
  };
  /** Running, Stopped, … */
  machineStatus: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The machine’s name */
      machine: string;
    };
    answer: string;
  };
  /** Docker’s flags: docker $(… config m1) ps */
  machineConfig: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The machine’s name */
      machine: string;
      query?: {
        /** Folder of ca.pem, cert.pem and key.pem on your side; by default $HOME/.slipway/labs/<lab>/machines/<machine> */
        certPath?: undefined | string;
      };
    };
    answer: string;
  };
  /** Points docker at the machine: eval "$(… env m1)" */
  machineEnv: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The machine’s name */
      machine: string;
      query?: {
        /** zsh and sh read bash’s */
        shell?: undefined | 'bash' | 'fish' | 'powershell' | 'cmd' | 'tcsh' | 'emacs';

        /** Folder of ca.pem, cert.pem and key.pem on your side; by default $HOME/.slipway/labs/<lab>/machines/<machine> */
        certPath?: undefined | string;
      };
    };
    answer: string;
  };
  /** docker-machine’s inspect */
  inspectMachine: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The machine’s name */
      machine: string;
      query?: {
        /** Folder of ca.pem, cert.pem and key.pem on your side; by default $HOME/.slipway/labs/<lab>/machines/<machine> */
        certPath?: undefined | string;
      };
    };
    answer: Record<string, unknown>;
  };
  /** Take it out: drained, demoted, left, forgotten, destroyed */
  removeMachine: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The machine’s name */
      machine: string;
      query?: {
        /** Whatever becomes of the swarm */
        force?: undefined | 'true' | 'false';
      };
      idempotencyKey?: string | undefined;
    };
    answer: Machine;
  };
  /** Start a machine */
  startMachine: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The machine’s name */
      machine: string;
      query?: {
        /** Changes nothing here */
        force?: undefined | 'true' | 'false';
      };
      idempotencyKey?: string | undefined;
    };
    answer: Machine;
  };
  /** Stop a machine cleanly; its disk stays */
  stopMachine: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The machine’s name */
      machine: string;
      query?: {
        /** Lose the majority all the same */
        force?: undefined | 'true' | 'false';
      };
      idempotencyKey?: string | undefined;
    };
    answer: Machine;
  };
  /** Restart a machine, or start it */
  restartMachine: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The machine’s name */
      machine: string;
      query?: {
        /** Changes nothing here */
        force?: undefined | 'true' | 'false';
      };
      idempotencyKey?: string | undefined;
    };
    answer: Machine;
  };
  /** Power a machine off without a shutdown */
  killMachine: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The machine’s name */
      machine: string;
      query?: {
        /** Lose the majority all the same */
        force?: undefined | 'true' | 'false';
      };
      idempotencyKey?: string | undefined;
    };
    answer: Machine;
  };
  /** Make it anew under its name and role, its disk with it */
  rebuildMachine: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The machine’s name */
      machine: string;
      query?: {
        /** Whatever becomes of the swarm */
        force?: undefined | 'true' | 'false';
      };
      idempotencyKey?: string | undefined;
    };
    answer: Machine;
  };
  /** A new key and server certificate for its engine, at once */
  regenerateCerts: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The machine’s name */
      machine: string;
      idempotencyKey?: string | undefined;
    };
    answer: Machine;
  };
  /** Put what makes it a host in place again */
  provisionMachine: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The machine’s name */
      machine: string;
      idempotencyKey?: string | undefined;
    };
    answer: Machine;
  };
  /** Upgrade its Docker Engine to the newest that its own package source has */
  upgradeMachine: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The machine’s name */
      machine: string;
      idempotencyKey?: string | undefined;
    };
    answer: Machine;
  };
  /** docker swarm leave, on that machine */
  leaveSwarm: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The machine’s name */
      machine: string;
      query?: {
        /** Also a manager, whatever becomes of the swarm */
        force?: undefined | 'true' | 'false';
      };
      idempotencyKey?: string | undefined;
    };
    answer: undefined;
  };
  /** Run a program on a machine, as root */
  execOnMachine: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The machine’s name */
      machine: string;
      body: {
        /** A line for the shell, or a program and its arguments */
        command: string | string[];
        stdin?: undefined | string;
      };
    };
    answer: ExecResult;
  };
  /** What a lab can be made from: each chapter of the course, with its machines and stacks */
  listTemplates: {
    input: {
      query?: {
        /** Most items of a page */
        limit?: undefined | number;

        /** Of the page before */
        cursor?: undefined | string;
      };
    };
    answer: { items: Template[]; cursor?: string };
  };
  /** The catalogue: every stack of the course, with what it asks for and what it needs */
  listCatalogue: {
    input: {
      query?: {
        /** Most items of a page */
        limit?: undefined | number;

        /** Of the page before */
        cursor?: undefined | string;
      };
    };
    answer: { items: CatalogueStack[]; cursor?: string };
  };
  /** Stacks of a lab, those deployed by your own docker command too */
  listStacks: {
    input: {
      /** The lab’s id */
      lab: string;
      query?: {
        /** Most items of a page */
        limit?: undefined | number;

        /** Of the page before */
        cursor?: undefined | string;
      };
    };
    answer: { items: Stack[]; cursor?: string };
  };
  /** A stack: its services, their tasks, and in words why one is not up */
  getStack: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The stack’s name in the swarm */
      stack: string;
    };
    answer: StackDetail;
  };
  /** Deploy a stack, or update it in place */
  putStack: {
    input: {
      /** The lab’s id */
      lab: string;
      stack: string;
      query?: {
        /** Only tell what would come of it */
        plan?: undefined | 'true' | 'false';

        /** Remove services that have gone from the file */
        prune?: undefined | 'true' | 'false';
      };
      body?: {
        /** Its name in the catalogue, GET /v1/stacks */
        from: string;

        /** What the catalogue’s entry asks for */
        parameters?: undefined | Record<string, string>;
      };
      form?: FormData;
      bytes?: { type: 'application/yaml' | 'application/x-yaml' | 'text/yaml'; data: Uint8Array | string };
      idempotencyKey?: string | undefined;
    };
    answer:
      | StackPlan
      | {
          name: string;

          /** Its entry in the catalogue */
          from?: string;

          /** waiting: the lab is not up yet; late: it had its time and did not come up; foreign: deployed by another hand than ours */
          state: 'waiting' | 'deploying' | 'converging' | 'converged' | 'late' | 'removing' | 'foreign';
          deployedAt?: string;
          services: {
            name: string;
            mode: 'replicated' | 'global' | 'replicated-job' | 'global-job';
            desired: number;
            running: number;
            completed?: number;
            failed: number;
            since?: string;
            error?: string;
            cause?:
              | 'no_such_image'
              | 'other_architecture'
              | 'port_in_use'
              | 'no_suitable_node'
              | 'bind_source_missing'
              | 'out_of_memory'
              | 'crash_loop'
              | 'network_not_ready'
              | 'command_not_found'
              | 'permission_denied'
              | 'unhealthy'
              | 'ended'
              | 'node_down'
              | 'pulling'
              | 'unknown';
            problem?: string;
          }[];
          links: { label: string; url: string }[];

          /** last-look: the swarm does not answer, and this is what was seen last */
          asOf: 'now' | 'last-look';

          /** Why the swarm was not asked */
          note?: string;
          live?: LiveStack;
          plan: StackPlan;
        };
  };
  /** Remove a stack: services, secrets, configs, networks; volumes stay, as with docker */
  removeStack: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The stack’s name in the swarm */
      stack: string;
      idempotencyKey?: string | undefined;
    };
    answer: { name: string; state: 'removing' | 'removed' };
  };
  /** Services of a lab’s swarm, whoever made them */
  listServices: {
    input: {
      /** The lab’s id */
      lab: string;
      query?: {
        /** Most items of a page */
        limit?: undefined | number;

        /** Of the page before */
        cursor?: undefined | string;
      };
    };
    answer: { items: Service[]; cursor?: string };
  };
  /** Make a service, as docker service create does with the same flags */
  createService: {
    input: {
      /** The lab’s id */
      lab: string;
      body: {
        name: string;

        /** Such as nginx or nginx:1.27 */
        image: string;

        /** global: one task on every node */
        mode?: undefined | 'replicated' | 'global';

        /** 1 where left out */
        replicas?: undefined | number;

        /** What follows the image on docker’s command line: words, or a line as a shell splits it */
        command?: undefined | string | string[];

        /** Put after the command */
        args?: undefined | string[];

        /** In the place of the image’s own */
        entrypoint?: undefined | string | string[];

        /** ["NAME=value"] or {"NAME": "value"} */
        env?: undefined | string[] | Record<string, string | number | boolean | null>;
        user?: undefined | string;
        workdir?: undefined | string;
        hostname?: undefined | string;

        /** "8080:80", "53:53/udp", 80, or {target, published, protocol, mode} */
        ports?:
          | undefined
          | (
              | string
              | number
              | {
                  /** Inside the container */
                  target: number;

                  /** On the nodes; the swarm chooses one where left out */
                  published?: undefined | number;
                  protocol?: undefined | 'tcp' | 'udp' | 'sctp';

                  /** host: on the nodes that run a task, past the mesh */
                  mode?: undefined | 'ingress' | 'host';
                }
            )[];
        mounts?:
          | undefined
          | (
              | string
              | {
                  type?: undefined | 'volume' | 'bind' | 'tmpfs';

                  /** Name of a volume, or path on the node */
                  source?: undefined | string;

                  /** Path in the container */
                  target: string;
                  readOnly?: undefined | boolean;

                  /** Of a bind */
                  propagation?:
                    | undefined
                    | 'rprivate'
                    | 'private'
                    | 'rshared'
                    | 'shared'
                    | 'rslave'
                    | 'slave';

                  /** Of a volume: what the image has there is not copied into it */
                  noCopy?: undefined | boolean;

                  /** Of a volume */
                  labels?: undefined | Record<string, string>;

                  /** Of a volume */
                  driver?: undefined | string;

                  /** Of a volume */
                  driverOptions?: undefined | Record<string, string>;

                  /** Of a tmpfs */
                  sizeBytes?: undefined | number;

                  /** Of a tmpfs, octal */
                  mode?: undefined | string;
                }
            )[];
        secrets?:
          | undefined
          | (
              | string
              | {
                  /** Its name in the swarm */
                  source: string;

                  /** The file’s name; the same where left out */
                  target?: undefined | string;
                  uid?: undefined | string | number;
                  gid?: undefined | string | number;

                  /** Octal as text, "0400", or its number, 256 */
                  mode?: undefined | string | number;
                }
            )[];
        configs?:
          | undefined
          | (
              | string
              | {
                  /** Its name in the swarm */
                  source: string;

                  /** The file’s name; the same where left out */
                  target?: undefined | string;
                  uid?: undefined | string | number;
                  gid?: undefined | string | number;

                  /** Octal as text, "0400", or its number, 256 */
                  mode?: undefined | string | number;
                }
            )[];
        networks?:
          | undefined
          | (
              | string
              | {
                  name: string;

                  /** Names it answers to there */
                  aliases?: undefined | string[];
                }
            )[];

        /** Such as "node.role==manager" */
        constraints?: undefined | string[];
        labels?: undefined | Record<string, string>;
        limits?:
          | undefined
          | {
              /** Processors, such as 0.5; 0 is none */
              cpus?: undefined | number | string;

              /** Bytes, or a size such as "50M"; 0 is none */
              memory?: undefined | number | string;

              /** Processes and threads; 0 is no limit */
              pids?: undefined | number;
            };
        reservations?:
          | undefined
          | {
              /** Processors, such as 0.5; 0 is none */
              cpus?: undefined | number | string;

              /** Bytes, or a size such as "50M"; 0 is none */
              memory?: undefined | number | string;
            };

        /** "on-failure", or {condition, delay, maxAttempts, window} */
        restart?:
          | undefined
          | 'none'
          | 'on-failure'
          | 'any'
          | {
              condition?: undefined | 'none' | 'on-failure' | 'any';
              delay?: undefined | string;

              /** 0: without end */
              maxAttempts?: undefined | number;

              /** In which attempts are counted */
              window?: undefined | string;
            };
        update?:
          | undefined
          | {
              /** Tasks at once; 0: all */
              parallelism?: undefined | number;

              /** Between them, such as 10s */
              delay?: undefined | string;
              failureAction?: undefined | 'pause' | 'continue' | 'rollback';

              /** How long a task is watched for failure */
              monitor?: undefined | string;
              maxFailureRatio?: undefined | number;
              order?: undefined | 'stop-first' | 'start-first';
            };
        rollback?:
          | undefined
          | {
              /** Tasks at once; 0: all */
              parallelism?: undefined | number;

              /** Between them, such as 10s */
              delay?: undefined | string;
              failureAction?: undefined | 'pause' | 'continue';

              /** How long a task is watched for failure */
              monitor?: undefined | string;
              maxFailureRatio?: undefined | number;
              order?: undefined | 'stop-first' | 'start-first';
            };
      };
      idempotencyKey?: string | undefined;
    };
    answer: ServiceDetail;
  };
  /** A service: what docker service inspect and ps show, and why it is not up */
  getService: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The service’s name or id */
      service: string;
    };
    answer: ServiceDetail;
  };
  /** Scale it, or change its image, environment, secrets, mounts … in one update */
  changeService: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The service’s name or id */
      service: string;
      body: {
        replicas?: undefined | number;

        /** Such as nginx or nginx:1.27 */
        image?: undefined | string;
        env?:
          | undefined
          | {
              /** ["NAME=value"] or {"NAME": "value"} */
              set?: undefined | string[] | Record<string, string | number | boolean | null>;
              unset?: undefined | string[];
            };
        secrets?:
          | undefined
          | {
              /** Names of those to take out */
              remove?: undefined | string[];

              /** One with the target of another takes its place */
              add?:
                | undefined
                | (
                    | string
                    | {
                        /** Its name in the swarm */
                        source: string;

                        /** The file’s name; the same where left out */
                        target?: undefined | string;
                        uid?: undefined | string | number;
                        gid?: undefined | string | number;

                        /** Octal as text, "0400", or its number, 256 */
                        mode?: undefined | string | number;
                      }
                  )[];
            };
        configs?:
          | undefined
          | {
              /** Names of those to take out */
              remove?: undefined | string[];

              /** One with the target of another takes its place */
              add?:
                | undefined
                | (
                    | string
                    | {
                        /** Its name in the swarm */
                        source: string;

                        /** The file’s name; the same where left out */
                        target?: undefined | string;
                        uid?: undefined | string | number;
                        gid?: undefined | string | number;

                        /** Octal as text, "0400", or its number, 256 */
                        mode?: undefined | string | number;
                      }
                  )[];
            };
        mounts?:
          | undefined
          | {
              /** Targets */
              remove?: undefined | string[];

              /** One with the target of another takes its place */
              add?:
                | undefined
                | (
                    | string
                    | {
                        type?: undefined | 'volume' | 'bind' | 'tmpfs';

                        /** Name of a volume, or path on the node */
                        source?: undefined | string;

                        /** Path in the container */
                        target: string;
                        readOnly?: undefined | boolean;

                        /** Of a bind */
                        propagation?:
                          | undefined
                          | 'rprivate'
                          | 'private'
                          | 'rshared'
                          | 'shared'
                          | 'rslave'
                          | 'slave';

                        /** Of a volume: what the image has there is not copied into it */
                        noCopy?: undefined | boolean;

                        /** Of a volume */
                        labels?: undefined | Record<string, string>;

                        /** Of a volume */
                        driver?: undefined | string;

                        /** Of a volume */
                        driverOptions?: undefined | Record<string, string>;

                        /** Of a tmpfs */
                        sizeBytes?: undefined | number;

                        /** Of a tmpfs, octal */
                        mode?: undefined | string;
                      }
                  )[];
            };
        labels?: undefined | { set?: undefined | Record<string, string>; unset?: undefined | string[] };

        /** All of them, in the place of those there are */
        constraints?: undefined | string[];

        /** All of them, in the place of those there are */
        ports?:
          | undefined
          | (
              | string
              | number
              | {
                  /** Inside the container */
                  target: number;

                  /** On the nodes; the swarm chooses one where left out */
                  published?: undefined | number;
                  protocol?: undefined | 'tcp' | 'udp' | 'sctp';

                  /** host: on the nodes that run a task, past the mesh */
                  mode?: undefined | 'ingress' | 'host';
                }
            )[];

        /** Those that are given; 0 takes one out */
        limits?:
          | undefined
          | {
              /** Processors, such as 0.5; 0 is none */
              cpus?: undefined | number | string;

              /** Bytes, or a size such as "50M"; 0 is none */
              memory?: undefined | number | string;

              /** Processes and threads; 0 is no limit */
              pids?: undefined | number;
            };

        /** Those that are given; 0 takes one out */
        reservations?:
          | undefined
          | {
              /** Processors, such as 0.5; 0 is none */
              cpus?: undefined | number | string;

              /** Bytes, or a size such as "50M"; 0 is none */
              memory?: undefined | number | string;
            };

        /** New tasks even where nothing else changes */
        force?: undefined | boolean;
      };
      idempotencyKey?: string | undefined;
    };
    answer: ServiceDetail;
  };
  /** Remove a service; its tasks end a little later, its volumes stay */
  removeService: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The service’s name or id */
      service: string;
      idempotencyKey?: string | undefined;
    };
    answer: undefined;
  };
  /** Back to what it was before its last update */
  rollbackService: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The service’s name or id */
      service: string;
      idempotencyKey?: string | undefined;
    };
    answer: ServiceDetail;
  };
  /** Its tasks, those of before too, as docker service ps lists them */
  listServiceTasks: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The service’s name or id */
      service: string;
      query?: {
        /** Most items of a page */
        limit?: undefined | number;

        /** Of the page before */
        cursor?: undefined | string;
      };
    };
    answer: { items: Task[]; cursor?: string };
  };
  /** What a service’s tasks say: lines as docker service logs prints them, or items */
  readServiceLogs: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The service’s name or id */
      service: string;
      query?: {
        /** The last so many lines of each task, or all */
        tail?: undefined | string;

        /** The cursor of the answer before, a moment, seconds since 1970, or how long ago: 10m */
        since?: undefined | string;

        /** Until you go, or ten minutes */
        follow?: undefined | 'true' | 'false';

        /** Most lines of a page; the cursor goes on after it */
        limit?: undefined | number;
      };
    };
    answer: { items: LogLine[]; cursor: string; note?: string };
  };
  /** The swarm’s nodes, as docker node ls lists them */
  listNodes: {
    input: {
      /** The lab’s id */
      lab: string;
      query?: {
        /** Most items of a page */
        limit?: undefined | number;

        /** Of the page before */
        cursor?: undefined | string;
      };
    };
    answer: { items: Node[]; cursor?: string };
  };
  /** A node, as docker node inspect tells of it */
  getNode: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The node’s host name or id */
      node: string;
    };
    answer: Node;
  };
  /** Set its labels, which placement constraints look at */
  labelNode: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The node’s host name or id */
      node: string;
      body: {
        /** {"zone": "a", "old": null} */
        labels: Record<string, string | null>;
      };
      idempotencyKey?: string | undefined;
    };
    answer: Node;
  };
  /** Let the swarm forget a worker that is down; its machine stays */
  removeNode: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The node’s host name or id */
      node: string;
      query?: {
        /** Also one that is up */
        force?: undefined | 'true' | 'false';
      };
      idempotencyKey?: string | undefined;
    };
    answer: undefined;
  };
  /** Make a worker a manager */
  promoteNode: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The node’s host name or id */
      node: string;
      query?: {
        /** Changes nothing here */
        force?: undefined | 'true' | 'false';
      };
      idempotencyKey?: string | undefined;
    };
    answer: Node;
  };
  /** Make a manager a worker */
  demoteNode: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The node’s host name or id */
      node: string;
      query?: {
        /** Lose the majority all the same */
        force?: undefined | 'true' | 'false';
      };
      idempotencyKey?: string | undefined;
    };
    answer: Node;
  };
  /** Move its tasks to other nodes, and give it none */
  drainNode: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The node’s host name or id */
      node: string;
      query?: {
        /** Changes nothing here */
        force?: undefined | 'true' | 'false';
      };
      idempotencyKey?: string | undefined;
    };
    answer: Node;
  };
  /** Let it have tasks again */
  activateNode: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The node’s host name or id */
      node: string;
      query?: {
        /** Changes nothing here */
        force?: undefined | 'true' | 'false';
      };
      idempotencyKey?: string | undefined;
    };
    answer: Node;
  };
  /** Give it no new tasks; those that run stay */
  pauseNode: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The node’s host name or id */
      node: string;
      query?: {
        /** Changes nothing here */
        force?: undefined | 'true' | 'false';
      };
      idempotencyKey?: string | undefined;
    };
    answer: Node;
  };
  /** A node’s tasks, as docker node ps lists them */
  listNodeTasks: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The node’s host name or id */
      node: string;
      query?: {
        /** Most items of a page */
        limit?: undefined | number;

        /** Of the page before */
        cursor?: undefined | string;
      };
    };
    answer: { items: Task[]; cursor?: string };
  };
  /** What docker swarm join needs: the tokens, and where to join */
  getJoinTokens: {
    input: {
      /** The lab’s id */
      lab: string;
    };
    answer: JoinTokens;
  };
  /** New join tokens; those given out before let nobody in any more */
  rotateJoinTokens: {
    input: {
      /** The lab’s id */
      lab: string;
      query?: {
        /** Both if left out */
        role?: undefined | 'manager' | 'worker';
      };
      idempotencyKey?: string | undefined;
    };
    answer: undefined;
  };
  /** Go on with one manager where the majority is gone for good */
  recoverSwarm: {
    input: {
      /** The lab’s id */
      lab: string;
      query?: {
        /** Only tell what would be done */
        plan?: undefined | 'true' | 'false';

        /** Who goes on; the first manager that answers if left out */
        manager?: undefined | string;
      };
      idempotencyKey?: string | undefined;
    };
    answer: RecoveryPlan;
  };
  /** Secrets of a lab’s swarm, whoever made them: not what is in them */
  listSecrets: {
    input: {
      /** The lab’s id */
      lab: string;
      query?: {
        /** Most items of a page */
        limit?: undefined | number;

        /** Of the page before */
        cursor?: undefined | string;
      };
    };
    answer: { items: SwarmFile[]; cursor?: string };
  };
  /** Make a secret, as docker secret create does */
  createSecret: {
    input: {
      /** The lab’s id */
      lab: string;
      query?: {
        /** Of a body of application/octet-stream */
        name?: undefined | string;
      };
      body?: {
        name: string;

        /** UTF-8 */
        text?: undefined | string;

        /** Bytes */
        base64?: undefined | string;
        labels?: undefined | Record<string, string>;
      };
      bytes?: { type: 'application/octet-stream'; data: Uint8Array | string };
      idempotencyKey?: string | undefined;
    };
    answer: SwarmFile;
  };
  /** Remove a secret that no service uses */
  removeSecret: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The secret’s name or id */
      secret: string;
      idempotencyKey?: string | undefined;
    };
    answer: undefined;
  };
  /** A secret, as docker secret inspect shows it: never its value */
  getSecret: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The secret’s name or id */
      secret: string;
    };
    answer: SwarmFile;
  };
  /** Another value: a new secret takes its place in every service that uses it */
  rotateSecret: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The secret’s name or id */
      secret: string;
      body?: {
        /** UTF-8 */
        text?: undefined | string;

        /** Bytes */
        base64?: undefined | string;
      };
      bytes?: { type: 'application/octet-stream'; data: Uint8Array | string };
      idempotencyKey?: string | undefined;
    };
    answer: Rotation;
  };
  /** Configs of a lab’s swarm, whoever made them: not what is in them */
  listConfigs: {
    input: {
      /** The lab’s id */
      lab: string;
      query?: {
        /** Most items of a page */
        limit?: undefined | number;

        /** Of the page before */
        cursor?: undefined | string;
      };
    };
    answer: { items: SwarmFile[]; cursor?: string };
  };
  /** Make a config, as docker config create does */
  createConfig: {
    input: {
      /** The lab’s id */
      lab: string;
      query?: {
        /** Of a body of application/octet-stream */
        name?: undefined | string;
      };
      body?: {
        name: string;

        /** UTF-8 */
        text?: undefined | string;

        /** Bytes */
        base64?: undefined | string;
        labels?: undefined | Record<string, string>;
      };
      bytes?: { type: 'application/octet-stream'; data: Uint8Array | string };
      idempotencyKey?: string | undefined;
    };
    answer: SwarmFile;
  };
  /** Remove a config that no service uses */
  removeConfig: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The config’s name or id */
      config: string;
      idempotencyKey?: string | undefined;
    };
    answer: undefined;
  };
  /** A config with what is in it */
  getConfig: {
    input: {
      /** The lab’s id */
      lab: string;

      /** The config’s name or id */
      config: string;
    };
    answer: ConfigDetail;
  };
  /** A class: a roster, a template, sessions */
  createClass: {
    input: {
      query?: {
        /** Only tell what would come of it */
        plan?: undefined | 'true' | 'false';
      };
      body: {
        /** It is the class’s id too, one for the whole deployment */
        name: string;

        /** Layout of every lab */
        template: string;

        /** Instead of the template’s */
        stacks?: undefined | string[];

        /** Instead of the template’s, in a template that forms a swarm */
        machines?: undefined | { managers: number; workers: number };
        sessions: {
          /** The first one, in the class’s time zone: 2026-03-02T19:00 */
          start: string;

          /** ISO 8601 duration */
          duration: string;

          /** Again each week at the same time of the wall clock */
          weekly?: undefined | boolean;

          /** The last day on which a weekly session begins */
          until?: undefined | string;

          /** Days on which a weekly session is not held */
          except?: undefined | string[];
        }[];

        /** IANA name, such as America/Sao_Paulo */
        timeZone: string;

        /** The students, each address once */
        roster: {
          /** Who the student is: in tokens, and as owner of labs */
          email: string;
          name?: undefined | string;
          group?: undefined | string;
        }[];

        /** ISO 8601; how long before the bell the last lab is launched */
        leadTime?: undefined | string;

        /** What becomes of labs after each session */
        after?: undefined | 'delete' | 'stop';

        /** ISO 8601; from a session’s end, or a removal, until that */
        grace?: undefined | string;

        /** ISO 8601; a week of each student’s own, outside sessions */
        hoursQuota?: undefined | string;

        /** ISO 8601; a lab that nobody uses for so long is warned, then stopped */
        idleAfter?: undefined | string;
        budget?: undefined | { usd: number; stopAtSessionEnd?: undefined | boolean };
      };
      idempotencyKey?: string | undefined;
    };
    answer: ClassPlan | Class;
  };
  /** Your classes, newest first, those that are over among them; an operator sees everybody’s */
  listClasses: {
    input: {
      query?: {
        /** Most items of a page */
        limit?: undefined | number;

        /** Of the page before */
        cursor?: undefined | string;
      };
    };
    answer: { items: Class[]; cursor?: string };
  };
  /** A class: what was asked of it, its next sessions, its budget, its timeline */
  getClass: {
    input: {
      /** The class’s name */
      class: string;
    };
    answer: Class;
  };
  /** Change its template, sessions, quotas, budget */
  changeClass: {
    input: {
      /** The class’s name */
      class: string;
      query?: {
        /** Only tell what would come of it */
        plan?: undefined | 'true' | 'false';
      };
      body: {
        /** Layout of every lab */
        template?: undefined | string;

        /** Instead of the template’s; null: the template’s again */
        stacks?: undefined | string[] | null;

        /** Instead of the template’s; null: the template’s again */
        machines?: undefined | { managers: number; workers: number } | null;
        sessions?:
          | undefined
          | {
              /** The first one, in the class’s time zone: 2026-03-02T19:00 */
              start: string;

              /** ISO 8601 duration */
              duration: string;

              /** Again each week at the same time of the wall clock */
              weekly?: undefined | boolean;

              /** The last day on which a weekly session begins */
              until?: undefined | string;

              /** Days on which a weekly session is not held */
              except?: undefined | string[];
            }[];

        /** IANA name, such as America/Sao_Paulo */
        timeZone?: undefined | string;

        /** null: as the plan computes it */
        leadTime?: undefined | string | null;

        /** Only while no lab of the class lives */
        after?: undefined | 'delete' | 'stop';
        grace?: undefined | string;

        /** null: none */
        hoursQuota?: undefined | string | null;

        /** null: never */
        idleAfter?: undefined | string | null;

        /** null: none */
        budget?: undefined | { usd: number; stopAtSessionEnd?: undefined | boolean } | null;
      };
      idempotencyKey?: string | undefined;
    };
    answer: ClassPlan | Class;
  };
  /** End it: its labs go, its records stay for a while */
  deleteClass: {
    input: {
      /** The class’s name */
      class: string;
      idempotencyKey?: string | undefined;
    };
    answer: Class;
  };
  /** Another roster in the place of the class’s */
  putRoster: {
    input: {
      /** The class’s name */
      class: string;
      query?: {
        /** Only tell what would come of it */
        plan?: undefined | 'true' | 'false';
      };
      body?:
        | {
            /** The students, each address once */
            students: {
              /** Who the student is: in tokens, and as owner of labs */
              email: string;
              name?: undefined | string;
              group?: undefined | string;
            }[];
          }
        | {
            /** Who the student is: in tokens, and as owner of labs */
            email: string;
            name?: undefined | string;
            group?: undefined | string;
          }[];
      bytes?: { type: 'text/csv'; data: Uint8Array | string };
      idempotencyKey?: string | undefined;
    };
    answer: ClassPlan | RosterChange;
  };
  /** The roster, with who has joined and when they were last seen; no codes */
  getRoster: {
    input: {
      /** The class’s name */
      class: string;
    };
    answer: { items: RosterStudent[] };
  };
  /** New join links, shown this once; the old ones open nothing from then on */
  createLinks: {
    input: {
      /** The class’s name */
      class: string;
      body: {
        /** Addresses on the roster; all if left out */
        students?: undefined | string[];
      };
      idempotencyKey?: string | undefined;
    };
    answer: { items: JoinLink[] };
  };
  /** Make join links open nothing, those of all students or of some */
  revokeLinks: {
    input: {
      /** The class’s name */
      class: string;
      body: {
        /** Addresses on the roster; all if left out */
        students?: undefined | string[];
      };
      idempotencyKey?: string | undefined;
    };
    answer: { revoked: number };
  };
  /** How far each student’s lab is, all students in one answer */
  listClassLabs: {
    input: {
      /** The class’s name */
      class: string;
      query?: {
        /** Only these */
        group?: undefined | string;

        /** Only this one, by address */
        student?: undefined | string;
      };
    };
    answer: ClassProgress;
  };
  /** Switch labs on */
  startClass: {
    input: {
      /** The class’s name */
      class: string;
      body: {
        /** Addresses on the roster; all if left out */
        students?: undefined | string[];

        /** ISO 8601 duration */
        by?: undefined | string;
      };
      idempotencyKey?: string | undefined;
    };
    answer: ClassOutcomes;
  };
  /** Switch labs off; their disks stay */
  stopClass: {
    input: {
      /** The class’s name */
      class: string;
      body: {
        /** Addresses on the roster; all if left out */
        students?: undefined | string[];
      };
      idempotencyKey?: string | undefined;
    };
    answer: ClassOutcomes;
  };
  /** Let labs live, or run, longer */
  extendClass: {
    input: {
      /** The class’s name */
      class: string;
      body: {
        /** Addresses on the roster; all if left out */
        students?: undefined | string[];

        /** ISO 8601 duration */
        by: string;
      };
      idempotencyKey?: string | undefined;
    };
    answer: ClassOutcomes;
  };
  /** New labs in place of the ones there are */
  rebuildClass: {
    input: {
      /** The class’s name */
      class: string;
      body: {
        /** Addresses on the roster; all if left out */
        students?: undefined | string[];
      };
      idempotencyKey?: string | undefined;
    };
    answer: ClassOutcomes;
  };
  /** Tear labs down; the class stays, and its next session makes new ones */
  deleteClassLabs: {
    input: {
      /** The class’s name */
      class: string;
      body: {
        /** Addresses on the roster; all if left out */
        students?: undefined | string[];
      };
      idempotencyKey?: string | undefined;
    };
    answer: ClassOutcomes;
  };
  /** Tell all labs of the class something */
  sendMessage: {
    input: {
      /** The class’s name */
      class: string;
      body: {
        /** Shown in the timeline of each lab, and in the command */
        text: string;
      };
      idempotencyKey?: string | undefined;
    };
    answer: ClassTold;
  };
  /** What the class has cost, by student, from what really ran */
  getClassCost: {
    input: {
      /** The class’s name */
      class: string;
    };
    answer: ClassCost;
  };
  /** Who had which lab, when, and what it cost; oldest first */
  getClassRecords: {
    input: {
      /** The class’s name */
      class: string;
      query?: {
        limit?: undefined | number;

        /** Of the page before */
        cursor?: undefined | string;
      };
    };
    answer: { items: LabRecord[]; cursor?: string };
  };
  /** Deploy a stack to the labs of the class, or update it there */
  putClassStack: {
    input: {
      /** The class’s name */
      class: string;
      stack: string;
      query?: {
        /** Remove services that have gone from the file */
        prune?: undefined | 'true' | 'false';

        /** Addresses, with commas between them; all if left out */
        students?: undefined | string;
      };
      body?: {
        /** Its name in the catalogue, GET /v1/stacks */
        from: string;

        /** What the catalogue’s entry asks for */
        parameters?: undefined | Record<string, string>;
      };
      form?: FormData;
      bytes?: { type: 'application/yaml' | 'application/x-yaml' | 'text/yaml'; data: Uint8Array | string };
      idempotencyKey?: string | undefined;
    };
    answer: ClassOutcomes;
  };
  /** Exchange a join code for a token */
  join: {
    input: {
      body: {
        /** Of the link: what follows its # */
        code: string;
      };
    };
    answer: Joined;
  };
  /** The page of a join link: posts its code and shows how to log in */
  getJoinPage: {
    input: Record<never, never>;
    answer: string;
  };
  /** A bearer token for somebody */
  createToken: {
    input: {
      body: {
        role: 'student' | 'instructor' | 'operator';
        subject: string;

        /** ISO 8601 duration, PT1M to P365D */
        expiresIn: string;
      };
    };
    answer: {
      token: string;
      role: 'student' | 'instructor' | 'operator';
      subject: string;

      /** Whose student it is, where an instructor gave it */
      class?: string;
      expiresAt: string;
    };
  };
  /** A new key that tokens are signed with */
  rotateSigningKey: {
    input: Record<never, never>;
    answer: {
      /** Signs every token from now on */
      current: string;

      /** What it signed is taken until the next rotation */
      previous?: string;
    };
  };
  /** Can the records be written and read, and the keys opened? */
  checkHealth: {
    input: Record<never, never>;
    answer: { status: 'ok' | 'failing'; checks: Record<string, { ok: boolean; message: string }> };
  };
  /** This API as OpenAPI 3.1 */
  getDocument: {
    input: Record<never, never>;
    answer: Record<string, unknown>;
  };
  /** This API for people to read; needs nothing from the internet */
  getDocs: {
    input: Record<never, never>;
    answer: string;
  };
}

export const OPERATIONS: {
  readonly [Id in keyof Operations]: { method: string; path: string; answers: readonly string[] };
} = {
  createLab: { method: 'POST', path: '/v1/labs', answers: ['application/json'] },
  listLabs: { method: 'GET', path: '/v1/labs', answers: ['application/json'] },
  getLab: { method: 'GET', path: '/v1/labs/{lab}', answers: ['application/json'] },
  changeLab: { method: 'PATCH', path: '/v1/labs/{lab}', answers: ['application/json'] },
  deleteLab: { method: 'DELETE', path: '/v1/labs/{lab}', answers: ['application/json'] },
  listEvents: {
    method: 'GET',
    path: '/v1/labs/{lab}/events',
    answers: ['application/json', 'text/event-stream'],
  },
  createCertificate: {
    method: 'POST',
    path: '/v1/labs/{lab}/certificates',
    answers: ['application/json', 'application/x-tar'],
  },
  getSshKey: { method: 'GET', path: '/v1/labs/{lab}/ssh-key', answers: ['application/json'] },
  listMachines: {
    method: 'GET',
    path: '/v1/labs/{lab}/machines',
    answers: ['application/json', 'text/plain'],
  },
  addMachine: { method: 'POST', path: '/v1/labs/{lab}/machines', answers: ['application/json'] },
  machineIp: { method: 'GET', path: '/v1/labs/{lab}/machines/{machine}/ip', answers: ['text/plain'] },
  machineUrl: { method: 'GET', path: '/v1/labs/{lab}/machines/{machine}/url', answers: ['text/plain'] },
  machineStatus: { method: 'GET', path: '/v1/labs/{lab}/machines/{machine}/status', answers: ['text/plain'] },
  machineConfig: { method: 'GET', path: '/v1/labs/{lab}/machines/{machine}/config', answers: ['text/plain'] },
  machineEnv: { method: 'GET', path: '/v1/labs/{lab}/machines/{machine}/env', answers: ['text/plain'] },
  inspectMachine: { method: 'GET', path: '/v1/labs/{lab}/machines/{machine}', answers: ['application/json'] },
  removeMachine: {
    method: 'DELETE',
    path: '/v1/labs/{lab}/machines/{machine}',
    answers: ['application/json'],
  },
  startMachine: {
    method: 'POST',
    path: '/v1/labs/{lab}/machines/{machine}/start',
    answers: ['application/json'],
  },
  stopMachine: {
    method: 'POST',
    path: '/v1/labs/{lab}/machines/{machine}/stop',
    answers: ['application/json'],
  },
  restartMachine: {
    method: 'POST',
    path: '/v1/labs/{lab}/machines/{machine}/restart',
    answers: ['application/json'],
  },
  killMachine: {
    method: 'POST',
    path: '/v1/labs/{lab}/machines/{machine}/kill',
    answers: ['application/json'],
  },
  rebuildMachine: {
    method: 'POST',
    path: '/v1/labs/{lab}/machines/{machine}/rebuild',
    answers: ['application/json'],
  },
  regenerateCerts: {
    method: 'POST',
    path: '/v1/labs/{lab}/machines/{machine}/regenerate-certs',
    answers: ['application/json'],
  },
  provisionMachine: {
    method: 'POST',
    path: '/v1/labs/{lab}/machines/{machine}/provision',
    answers: ['application/json'],
  },
  upgradeMachine: {
    method: 'POST',
    path: '/v1/labs/{lab}/machines/{machine}/upgrade',
    answers: ['application/json'],
  },
  leaveSwarm: { method: 'POST', path: '/v1/labs/{lab}/machines/{machine}/leave-swarm', answers: [] },
  execOnMachine: {
    method: 'POST',
    path: '/v1/labs/{lab}/machines/{machine}/exec',
    answers: ['application/json'],
  },
  listTemplates: { method: 'GET', path: '/v1/templates', answers: ['application/json'] },
  listCatalogue: { method: 'GET', path: '/v1/stacks', answers: ['application/json'] },
  listStacks: { method: 'GET', path: '/v1/labs/{lab}/stacks', answers: ['application/json'] },
  getStack: { method: 'GET', path: '/v1/labs/{lab}/stacks/{stack}', answers: ['application/json'] },
  putStack: { method: 'PUT', path: '/v1/labs/{lab}/stacks/{stack}', answers: ['application/json'] },
  removeStack: { method: 'DELETE', path: '/v1/labs/{lab}/stacks/{stack}', answers: ['application/json'] },
  listServices: { method: 'GET', path: '/v1/labs/{lab}/services', answers: ['application/json'] },
  createService: { method: 'POST', path: '/v1/labs/{lab}/services', answers: ['application/json'] },
  getService: { method: 'GET', path: '/v1/labs/{lab}/services/{service}', answers: ['application/json'] },
  changeService: {
    method: 'PATCH',
    path: '/v1/labs/{lab}/services/{service}',
    answers: ['application/json'],
  },
  removeService: { method: 'DELETE', path: '/v1/labs/{lab}/services/{service}', answers: [] },
  rollbackService: {
    method: 'POST',
    path: '/v1/labs/{lab}/services/{service}/rollback',
    answers: ['application/json'],
  },
  listServiceTasks: {
    method: 'GET',
    path: '/v1/labs/{lab}/services/{service}/tasks',
    answers: ['application/json'],
  },
  readServiceLogs: {
    method: 'GET',
    path: '/v1/labs/{lab}/services/{service}/logs',
    answers: ['application/json', 'text/plain', 'text/event-stream'],
  },
  listNodes: { method: 'GET', path: '/v1/labs/{lab}/nodes', answers: ['application/json'] },
  getNode: { method: 'GET', path: '/v1/labs/{lab}/nodes/{node}', answers: ['application/json'] },
  labelNode: { method: 'PATCH', path: '/v1/labs/{lab}/nodes/{node}', answers: ['application/json'] },
  removeNode: { method: 'DELETE', path: '/v1/labs/{lab}/nodes/{node}', answers: [] },
  promoteNode: { method: 'POST', path: '/v1/labs/{lab}/nodes/{node}/promote', answers: ['application/json'] },
  demoteNode: { method: 'POST', path: '/v1/labs/{lab}/nodes/{node}/demote', answers: ['application/json'] },
  drainNode: { method: 'POST', path: '/v1/labs/{lab}/nodes/{node}/drain', answers: ['application/json'] },
  activateNode: {
    method: 'POST',
    path: '/v1/labs/{lab}/nodes/{node}/activate',
    answers: ['application/json'],
  },
  pauseNode: { method: 'POST', path: '/v1/labs/{lab}/nodes/{node}/pause', answers: ['application/json'] },
  listNodeTasks: { method: 'GET', path: '/v1/labs/{lab}/nodes/{node}/tasks', answers: ['application/json'] },
  getJoinTokens: { method: 'GET', path: '/v1/labs/{lab}/swarm/join-tokens', answers: ['application/json'] },
  rotateJoinTokens: { method: 'POST', path: '/v1/labs/{lab}/swarm/join-tokens/rotate', answers: [] },
  recoverSwarm: { method: 'POST', path: '/v1/labs/{lab}/swarm/recover', answers: ['application/json'] },
  listSecrets: { method: 'GET', path: '/v1/labs/{lab}/secrets', answers: ['application/json'] },
  createSecret: { method: 'POST', path: '/v1/labs/{lab}/secrets', answers: ['application/json'] },
  removeSecret: { method: 'DELETE', path: '/v1/labs/{lab}/secrets/{secret}', answers: [] },
  getSecret: { method: 'GET', path: '/v1/labs/{lab}/secrets/{secret}', answers: ['application/json'] },
  rotateSecret: {
    method: 'POST',
    path: '/v1/labs/{lab}/secrets/{secret}/rotate',
    answers: ['application/json'],
  },
  listConfigs: { method: 'GET', path: '/v1/labs/{lab}/configs', answers: ['application/json'] },
  createConfig: { method: 'POST', path: '/v1/labs/{lab}/configs', answers: ['application/json'] },
  removeConfig: { method: 'DELETE', path: '/v1/labs/{lab}/configs/{config}', answers: [] },
  getConfig: { method: 'GET', path: '/v1/labs/{lab}/configs/{config}', answers: ['application/json'] },
  createClass: { method: 'POST', path: '/v1/classes', answers: ['application/json'] },
  listClasses: { method: 'GET', path: '/v1/classes', answers: ['application/json'] },
  getClass: { method: 'GET', path: '/v1/classes/{class}', answers: ['application/json'] },
  changeClass: { method: 'PATCH', path: '/v1/classes/{class}', answers: ['application/json'] },
  deleteClass: { method: 'DELETE', path: '/v1/classes/{class}', answers: ['application/json'] },
  putRoster: { method: 'PUT', path: '/v1/classes/{class}/roster', answers: ['application/json'] },
  getRoster: { method: 'GET', path: '/v1/classes/{class}/roster', answers: ['text/csv', 'application/json'] },
  createLinks: {
    method: 'POST',
    path: '/v1/classes/{class}/roster/links',
    answers: ['application/json', 'text/csv'],
  },
  revokeLinks: {
    method: 'POST',
    path: '/v1/classes/{class}/roster/links/revoke',
    answers: ['application/json'],
  },
  listClassLabs: { method: 'GET', path: '/v1/classes/{class}/labs', answers: ['application/json'] },
  startClass: { method: 'POST', path: '/v1/classes/{class}/start', answers: ['application/json'] },
  stopClass: { method: 'POST', path: '/v1/classes/{class}/stop', answers: ['application/json'] },
  extendClass: { method: 'POST', path: '/v1/classes/{class}/extend', answers: ['application/json'] },
  rebuildClass: { method: 'POST', path: '/v1/classes/{class}/rebuild', answers: ['application/json'] },
  deleteClassLabs: { method: 'POST', path: '/v1/classes/{class}/delete-labs', answers: ['application/json'] },
  sendMessage: { method: 'POST', path: '/v1/classes/{class}/messages', answers: ['application/json'] },
  getClassCost: { method: 'GET', path: '/v1/classes/{class}/cost', answers: ['application/json'] },
  getClassRecords: {
    method: 'GET',
    path: '/v1/classes/{class}/records',
    answers: ['text/csv', 'application/json'],
  },
  putClassStack: { method: 'PUT', path: '/v1/classes/{class}/stacks/{stack}', answers: ['application/json'] },
  join: { method: 'POST', path: '/v1/join', answers: ['application/json'] },
  getJoinPage: { method: 'GET', path: '/join', answers: ['text/html'] },
  createToken: { method: 'POST', path: '/v1/tokens', answers: ['application/json'] },
  rotateSigningKey: { method: 'POST', path: '/v1/tokens/rotate', answers: ['application/json'] },
  checkHealth: { method: 'GET', path: '/healthz', answers: ['application/json'] },
  getDocument: { method: 'GET', path: '/openapi.json', answers: ['application/json'] },
  getDocs: { method: 'GET', path: '/docs', answers: ['text/html'] },
};
