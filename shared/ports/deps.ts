import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Catalogue } from '../lab/template.ts';
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
  stacks: StackStore;
  secrets: SecretStore;
  sealer: Sealer;
  requests: RequestStore;
  sweeps: SweepStore;
  queue: Queue;
  changes: Changes;
  /** Whose tokens count beside our own; absent where nobody else's do. */
  issuer?: TokenIssuer;
}

/** What the API needs: it makes no machines, and on AWS it has no client that could. */
export type ApiDeps = Omit<Deps, 'driver' | 'sweeps'> & { driver: DriverKind };
