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
  joinTokens(): Promise<{ manager: string; worker: string }>;

  nodes(): Promise<Node[]>;
  updateNode(id: string, version: number, spec: Node['Spec']): Promise<void>;
  removeNode(id: string, options: { force: boolean }): Promise<void>;

  services(filter?: { stack?: string }): Promise<Service[]>;
  createService(spec: ServiceSpec): Promise<{ id: string }>;
  updateService(id: string, version: number, spec: ServiceSpec): Promise<void>;
  removeService(id: string): Promise<void>;
  tasks(filter?: { stack?: string; service?: string }): Promise<Task[]>;

  networks(filter?: { stack?: string }): Promise<Network[]>;
  createNetwork(spec: NetworkSpec): Promise<{ id: string }>;
  removeNetwork(id: string): Promise<void>;

  /** Pulls an image and waits for it; already there is quick. */
  pullImage(reference: string): Promise<void>;

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
  Description: { Hostname: string };
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
  Mode: { Replicated?: { Replicas?: number }; Global?: Record<string, never> };
  UpdateConfig?: Record<string, unknown>;
  RollbackConfig?: Record<string, unknown>;
  EndpointSpec?: Record<string, unknown>;
}

export interface Service {
  ID: string;
  Version: { Index: number };
  Spec: ServiceSpec;
  UpdateStatus?: { State: string; Message: string };
}

export interface Task {
  ID: string;
  ServiceID: string;
  NodeID: string;
  Slot: number | undefined;
  DesiredState: string;
  Status: { State: string; Timestamp: string; Err?: string; ContainerStatus?: { ExitCode?: number } };
  Spec: Record<string, unknown>;
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
