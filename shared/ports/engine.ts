/**
 * A Docker Engine, in the Engine API's own words and shapes (API 1.41). The adapter bounds time and size of every
 * call and validates every answer: a host is hostile ground. Throws SlipwayError `engine_unreachable` (retryable)
 * or `engine_refused` (with `facts.status`).
 */
export interface Engine {
  /** `/_ping`: is it there? Costs an engine next to nothing. */
  ping(): Promise<void>;
  /**
   * `/info`: answers even where the swarm has lost its quorum. It makes the engine run three programs (`runc --version`
   * and the like), so it is asked when something is to be learned, not to see whether the engine is there.
   */
  info(): Promise<EngineInfo>;

  initSwarm(options: { advertiseAddress: string; nodeCertificateSeconds: number }): Promise<void>;
  joinSwarm(options: { joinToken: string; managers: string[]; advertiseAddress: string }): Promise<void>;
  leaveSwarm(options: { force: boolean }): Promise<void>;
  /** With the moment that anything of the swarm's own settings, tokens among them, was last changed. */
  joinTokens(): Promise<{ manager: string; worker: string; updatedAt: string }>;
  /** New tokens for these roles: the old ones let nobody in any more, and who is in stays. */
  rotateJoinTokens(roles: { manager: boolean; worker: boolean }): Promise<void>;
  /**
   * Makes this manager the only one of its swarm, services, secrets and workers kept: the way back where the majority is
   * gone for good. Former managers that come back must leave by force before they join again.
   */
  forceNewCluster(options: { advertiseAddress: string }): Promise<void>;

  nodes(): Promise<Node[]>;
  updateNode(id: string, version: number, spec: Node['Spec']): Promise<void>;
  removeNode(id: string, options: { force: boolean }): Promise<void>;

  services(filter?: { stack?: string }): Promise<Service[]>;
  /** One service by its id or name; `engine_refused` with status 404 where there is none. */
  service(idOrName: string): Promise<Service>;
  createService(spec: ServiceSpec): Promise<{ id: string }>;
  updateService(id: string, version: number, spec: ServiceSpec): Promise<void>;
  /** Back to the spec of before its last update; `engine_refused` with status 400 where there was none. */
  rollbackService(id: string, version: number): Promise<void>;
  removeService(id: string): Promise<void>;
  tasks(filter?: { stack?: string; service?: string; node?: string }): Promise<Task[]>;

  /** Never with their data: no engine gives that out. */
  secrets(filter?: { stack?: string }): Promise<SwarmFile[]>;
  createSecret(spec: SwarmFileSpec): Promise<{ id: string }>;
  /** Takes other labels alone: with other data the engine refuses with status 400, with the same it agrees. */
  updateSecret(id: string, version: number, spec: SwarmFileSpec): Promise<void>;
  removeSecret(id: string): Promise<void>;
  /** With their data. */
  configs(filter?: { stack?: string }): Promise<SwarmFile[]>;
  createConfig(spec: SwarmFileSpec): Promise<{ id: string }>;
  /** As `updateSecret`. */
  updateConfig(id: string, version: number, spec: SwarmFileSpec): Promise<void>;
  removeConfig(id: string): Promise<void>;

  /**
   * Lines of a service's or a task's log, demultiplexed, each as it comes. Resolves at the end of what there is, or, when
   * following, once `signal` aborts.
   */
  logs(
    of: { service: string } | { task: string },
    options: LogOptions,
    onLine: (line: LogLine) => void,
  ): Promise<void>;

  /**
   * Runs a program on the machine itself, as root, outside any container, and waits for its end. Ended by force, and
   * said so, after `deadlineSeconds` or past `maximumBytes` of output. Leaves no container and no image behind.
   */
  runOnHost(program: HostProgram): Promise<HostProgramResult>;

  /**
   * Asks the image's registry, through the engine and its mirror, whether it has the image. `unknown`: no answer within
   * the deadline, or one that tells nothing.
   */
  findImage(reference: string): Promise<'there' | 'missing' | 'unknown'>;

  networks(filter?: { stack?: string }): Promise<Network[]>;
  createNetwork(spec: NetworkSpec): Promise<{ id: string }>;
  removeNetwork(id: string): Promise<void>;

  /** Pulls an image and waits for it; already there is quick. */
  pullImage(reference: string): Promise<void>;

  /**
   * When a person last did something on this engine between two moments, milliseconds since the epoch: ran a program in a
   * container, made or changed a container, an image, a service, a secret, a config or a node. Not what happens by itself
   * (health checks, tasks that the swarm starts again) nor what our own programs and pulls cause. An engine remembers its last
   * 256 events: asked more rarely than they come it forgets. @returns undefined where it knows of nothing.
   */
  lastActivity(sinceMs: number, untilMs: number): Promise<number | undefined>;

  /** Calls back at every container, service or node event until `signal` aborts or the engine goes. */
  watch(onEvent: () => void, signal: AbortSignal): void;
}

export interface EngineInfo {
  name: string;
  serverVersion: string;
  swarm: {
    nodeId: string;
    nodeAddress: string;
    localNodeState: 'inactive' | 'pending' | 'active' | 'error' | 'locked';
    controlAvailable: boolean;
    /** Why the swarm does not work, such as a lost quorum; empty when it does. */
    error: string;
    /** Managers' addresses as `ip:2377`, as this node knows them. */
    remoteManagers: string[];
    clusterId: string | undefined;
  };
}

export interface Node {
  ID: string;
  Version: { Index: number };
  Description: {
    Hostname: string;
    Platform: { Architecture: string; OS: string };
    Resources: { NanoCPUs: number; MemoryBytes: number };
    Engine: { EngineVersion: string; Labels: Record<string, string> };
  };
  Spec: {
    Role: 'manager' | 'worker';
    Availability: 'active' | 'pause' | 'drain';
    Labels: Record<string, string>;
  };
  Status: { State: 'unknown' | 'down' | 'ready' | 'disconnected'; Addr: string };
  ManagerStatus?: { Leader: boolean; Reachability: 'unknown' | 'unreachable' | 'reachable'; Addr: string };
}

/** A service as the Engine takes and gives it; the converter in shared/stack fills it. */
export interface ServiceSpec {
  Name: string;
  Labels: Record<string, string>;
  TaskTemplate: Record<string, unknown>;
  Mode: {
    Replicated?: { Replicas?: number };
    Global?: Record<string, never>;
    ReplicatedJob?: { MaxConcurrent?: number; TotalCompletions?: number };
    GlobalJob?: Record<string, never>;
  };
  UpdateConfig?: Record<string, unknown>;
  RollbackConfig?: Record<string, unknown>;
  EndpointSpec?: Record<string, unknown>;
}

export interface Service {
  ID: string;
  Version: { Index: number };
  CreatedAt: string;
  UpdatedAt: string;
  Spec: ServiceSpec;
  PreviousSpec?: ServiceSpec;
  Endpoint: { Ports: PortConfig[]; VirtualIPs: { NetworkID: string; Addr: string }[] };
  UpdateStatus?: { State: string; Message: string };
  /** Of a job alone: how often it has been run anew. Its tasks say which run they are of. */
  JobStatus?: { JobIteration: JobIteration };
}

/** The first has no number. */
interface JobIteration {
  Index?: number;
}

/** One port of a service, in the Engine's words. */
export interface PortConfig {
  Protocol: 'tcp' | 'udp' | 'sctp';
  TargetPort: number;
  /** Absent: the swarm chooses one. */
  PublishedPort?: number;
  PublishMode: 'ingress' | 'host';
}

export interface Task {
  ID: string;
  ServiceID: string;
  NodeID: string;
  Slot: number | undefined;
  /** Of a job's task alone. */
  JobIteration?: JobIteration;
  DesiredState: string;
  Status: { State: string; Timestamp: string; Err?: string; ContainerStatus?: { ExitCode?: number } };
  Spec: Record<string, unknown>;
}

/** A secret's or config's spec, for the Engine. */
export interface SwarmFileSpec {
  Name: string;
  Labels: Record<string, string>;
  /** base64; at most 500 KB, configs 1000 KB. Absent for a secret that a driver holds. */
  Data?: string;
  Driver?: { Name: string; Options?: Record<string, string> };
  Templating?: { Name: string };
}

/** A secret or config as a swarm lists it. */
export interface SwarmFile {
  ID: string;
  Version: { Index: number };
  CreatedAt: string;
  UpdatedAt: string;
  Spec: SwarmFileSpec;
}

export interface LogOptions {
  /** The last so many lines of each task; all of them where absent. */
  tail?: number;
  /** From this moment on, seconds since the epoch, with a fraction. */
  since?: number;
  follow?: boolean;
  /** Ends a following. */
  signal?: AbortSignal;
  /** Until the answer is whole; following has none unless told. */
  deadlineSeconds?: number;
  /** Lines past so many bytes are refused with `engine_refused`; 16 MiB unless told. */
  maximumBytes?: number;
}

export interface LogLine {
  stream: 'stdout' | 'stderr';
  /** ISO 8601 with nanoseconds. */
  at: string;
  /** Absent where the engine does not say. */
  taskId?: string;
  nodeId?: string;
  text: string;
}

export interface HostProgram {
  /** Program and arguments, found by the host's own PATH. */
  command: string[];
  /** At most 256 KiB. */
  stdin?: Uint8Array;
  /** 20 s at most; http-api.md. */
  deadlineSeconds: number;
  /** Of stdout and stderr together. */
  maximumBytes: number;
}

export interface HostProgramResult {
  /** Absent where it was ended by force. */
  exitCode?: number;
  /** UTF-8; what is not is replaced. */
  stdout: string;
  stderr: string;
  ended: 'by-itself' | 'deadline' | 'too-much-output';
}

export interface NetworkSpec {
  Name: string;
  Driver: string;
  Labels: Record<string, string>;
  Attachable?: boolean;
  Internal?: boolean;
  Options?: Record<string, string>;
  IPAM?: Record<string, unknown>;
}

export interface Network {
  Id: string;
  Name: string;
  Labels: Record<string, string>;
  Driver: string;
  Scope: string;
  Attachable: boolean;
}

/** Where an engine is and how to prove oneself to it and it to us. */
export interface EngineEndpoint {
  host: string;
  port: number;
  /** The machine's name, which its server certificate carries. */
  serverName: string;
  ca: string;
  cert: string;
  key: string;
}

/** Gives the Engine at an endpoint; keeps one warm connection per machine. */
export interface EngineConnector {
  connect(endpoint: EngineEndpoint): Engine;
}

/** The Engine of a lab's machine, with the control plane's own short-lived certificate for that lab. */
export interface EngineAccess {
  /** @param machine its name, and where its driver last listed its engine. */
  of(labId: string, machine: { name: string; engine: { host: string; port: number } }): Promise<Engine>;
  /** Drops the lab's connections and certificate. */
  forget(labId: string): void;
}
