import type { PriceTable } from '../class/price-table.ts';
import type { LaunchPace } from '../class/waves.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Catalogue } from '../lab/template.ts';
import type { ClassStore } from './class-store.ts';
import type { Driver, DriverKind } from './driver.ts';
import type { EngineAccess } from './engine.ts';
import type { TokenIssuer } from './identity.ts';
import type { Changes, Queue } from './queue.ts';
import type { LabStore, RequestStore, Sealer, SecretStore, StackStore, SweepStore } from './store.ts';

/** What a deployment is set to; read once from the environment by a composition root. */
export interface Policy {
  /** Name of this deployment, in every label and tag: a driver sees its own only. */
  deployment: string;
  defaultHours: number;
  /** Hard maximum of a lab's life. */
  maximumDays: number;
  labsPerStudent: number;
  /** Minutes before expiry at which the timeline warns. */
  warningMinutes: number[];
  /** How often a ready lab is looked at. */
  observeSeconds: number;
  /** A lab that has no working swarm by then has failed. */
  readyWithinSeconds: number;
  /** A stack that has not converged by then leaves its lab degraded, with the reason. */
  convergeWithinSeconds: number;
  /** Days that a deleted lab's record is kept. */
  recordDays: number;
  /** How long after its first mark an orphan is removed. */
  sweepGraceSeconds: number;
  /** From a lab's launch to ready, as it is reckoned with when a class must be ready by the bell. */
  readySeconds: number;
  /** How much earlier than that asks a class's labs are launched, so that what fails once is ready by the bell all the same. */
  spareSeconds: number;
  /** How fast machines may be launched; absent where nothing bounds it. */
  launchPace?: LaunchPace;
  /** What a machine is, as far as that is known before it is launched; absent on the operator's own machine. */
  machine?: { type: string; vcpus: number; memoryMiB: number; diskGigabytes: number };
  /** What things cost; absent where nothing is paid for. */
  prices?: PriceTable;
  /** Days after a class's end that names and addresses stay in its records. */
  personalDataDays: number;
}

/** What the account has room for, as far as anybody has read it. */
export interface AccountRoom {
  vcpus?: { quota: number; used: number };
  securityGroups?: { quota: number; used: number };
  /** In the hosts' subnets. */
  addresses?: { total: number; used: number };
}

/** Everything the logic needs from outside, made by one composition root. Functions take the part they use. */
export interface Deps {
  clock: Clock;
  log: Log;
  policy: Policy;
  catalogue: Catalogue;
  driver: Driver;
  engines: EngineAccess;
  labs: LabStore;
  classes: ClassStore;
  stacks: StackStore;
  secrets: SecretStore;
  sealer: Sealer;
  requests: RequestStore;
  sweeps: SweepStore;
  queue: Queue;
  changes: Changes;
  /** What the account has room for; absent where there is no account. */
  account?: () => Promise<AccountRoom>;
  /** Whose tokens count beside our own; absent where nobody else's do. */
  issuer?: TokenIssuer;
}

/** What the API needs: it makes no machines, and on AWS it has no client that could. */
export type ApiDeps = Omit<Deps, 'driver' | 'sweeps'> & { driver: DriverKind };
