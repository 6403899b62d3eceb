/** Written from the API's own operations by scripts/generate-client.ts: `npm run generate:client` writes it anew. */

export type Lab = {
  id: string;
  name: string;
  owner: string;
  template: string;
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
  expiresAt: string;

  /** No extension goes past it */
  hardMaximum: string;
  allowFrom: string[];
  allowFromEnforced: boolean;
  allowFromNote?: string;
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

export interface Operations {
  /** Ask for a lab */
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
  /** The private key for ssh and scp, for the lab’s owner alone */
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
      expiresAt: string;
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
  createToken: { method: 'POST', path: '/v1/tokens', answers: ['application/json'] },
  checkHealth: { method: 'GET', path: '/healthz', answers: ['application/json'] },
  getDocument: { method: 'GET', path: '/openapi.json', answers: ['application/json'] },
  getDocs: { method: 'GET', path: '/docs', answers: ['text/html'] },
};
