import type { MachineState } from '../lab/machine.ts';

/** A machine as its driver's labels (or tags) tell it. They are the truth; the record only asks. */
export interface DriverMachine {
  labId: string;
  name: string;
  /** The launch that made it. */
  attempt: number;
  state: MachineState;
  /** Inside the lab's network, fixed for the machine's life, stops included. */
  privateAddress: string;
  /** Where the owner's machine reaches it; absent while it has none. */
  address?: string;
  /** Inside port -> outside port on `address`, where ports are published; empty where addresses route. */
  ports: Record<string, number>;
  /** Where the control plane reaches its Docker Engine; absent while it has no address. */
  engine?: { host: string; port: number };
}

export interface LaunchedMachine {
  name: string;
  /** This machine's enrolment token: the same for the same lab, machine and attempt, so that a repeat is identical. */
  token: string;
}

/**
 * Where and as what a launch is made (zone, type, image …), in the driver's own words. Saved with the intent before
 * anything is spent, so that a repeat after a crash is the same launch.
 */
export type Placement = Readonly<Record<string, string>>;

/** What a launch makes of each of its machines: what it costs hangs on that. */
export interface MachineKind {
  /** In the driver's words, as a price table has them. */
  type: string;
  /** 0 where its disk is not its own. */
  diskGigabytes: number;
}

export interface LaunchWish {
  labId: string;
  attempt: number;
  machines: { name: string; role: 'manager' | 'worker' | 'none' }[];
  /** What machines of the same lab that exist already were placed as: a lab stays in one zone. */
  beside?: Placement;
  /** Placements of this lab's earlier attempts that found no room. */
  short: Placement[];
  /** Will the lab ever be stopped, or only deleted? Spot machines cannot stop. */
  mayStop: boolean;
}

/**
 * Why a driver could not do it: `facts.reason` of its `driver_failed`. `short`: no room there now, plan elsewhere with a new
 * attempt; `quota`: the account's limit (`facts.missing` tells how much), another place does not help; `throttled`: too many
 * calls, wait `facts.afterSeconds`; `busy`: something else must end first; `refused`: asked wrongly, never retry.
 */
export type DriverReason = 'short' | 'quota' | 'throttled' | 'busy' | 'refused';

/** Everything a launch needs; a repeat with the same attempt is the same launch. */
export interface Launch {
  labId: string;
  attempt: number;
  machines: LaunchedMachine[];
  placement: Placement;
  sshPublicKey: string;
  /** Ports the owner wants to reach besides 22 and 2376, published where addresses do not route. */
  ports: number[];
}

/** What can be told of a driver without asking it: all that the API needs. */
export interface DriverKind {
  /** docker-machine's name for it, as `ls` shows it. */
  readonly name: string;
  /** Does `allowFrom` close ports to others? Answers that carry `allowFrom` say so where it does not. */
  readonly enforcesAllowFrom: boolean;
  /** The most rules that `allow` takes, one for each address and run of neighbouring ports; absent: no bound. */
  readonly mostAccessRules?: number;
}

/**
 * Makes machines exist. Every verb is idempotent and safe to repeat after a crash at any point; names that the
 * driver does not know are "already gone" and no error. Errors are SlipwayError `driver_failed`, retryable or not, with a
 * DriverReason where one is known; any verb may be `throttled`.
 */
export interface Driver extends DriverKind {
  /** From a boot to its enrolment at the longest: a machine that has not enrolled by then is booted anew. */
  readonly bootSeconds: number;
  /** While something is under way and nobody tells of it, a list is worth asking for this often. */
  readonly lookSeconds: number;
  /** How long after a launch's engines came up it wants `settle`. */
  readonly settleAfterSeconds?: number;

  /** Makes the lab's network, or finds the one that is there. @returns its address range as CIDR. */
  createNetwork(labId: string): Promise<{ subnet: string }>;
  /** Removes it; already gone is done. Throws retryable while machines still hang on it. */
  removeNetwork(labId: string): Promise<void>;
  /** Labs that own a network, for the sweep. */
  listNetworks(): Promise<{ labId: string; createdAt: string }[]>;

  /** Who may reach the lab from outside, from now on; done already is done. Nothing where the driver enforces nothing. */
  allow(labId: string, rules: { from: string[]; ports: number[] }): Promise<void>;

  /** Chooses where and as what to launch; spends nothing, and gives the same for the same wish while nothing is learned. */
  plan(wish: LaunchWish): Promise<Placement>;
  /** What a placement of its own makes of a machine; asks nobody, and of one that it does not know says so in `type`. */
  describe(placement: Placement): MachineKind;
  /**
   * Takes a launch: all its machines that do not exist yet, in one go, and returns before they run. Completes a
   * launch that a crash cut short.
   */
  create(launch: Launch): Promise<void>;
  /** Machines of one lab, or of the whole deployment. May lag behind `create` and `remove`; pages to the end. */
  list(labId?: string): Promise<DriverMachine[]>;
  /** Running already is done; may give another `address`, never another `privateAddress`. */
  start(labId: string, names: string[]): Promise<void>;
  /** Clean shutdown; stopped already is done. */
  stop(labId: string, names: string[]): Promise<void>;
  restart(labId: string, names: string[]): Promise<void>;
  /** Power off without a shutdown; stopped already is done. */
  kill(labId: string, names: string[]): Promise<void>;
  /** Destroys the machines and every disk of theirs; gone already is done. One bad name spares no other. */
  remove(labId: string, names: string[]): Promise<void>;
  /** Ends what a launch had for its start alone; done already is done, and a lab that never gets it works all the same. */
  settle?(labId: string): Promise<void>;
  /**
   * Calls back with a lab's id when one of its machines changed state, best effort: the tick catches what it
   * misses. Ends when `signal` aborts.
   */
  watch(onChange: (labId: string) => void, signal: AbortSignal): void;
}
