import type { AccountQuotas } from './quotas.ts';

/** So much of each quota. */
export type Usage = AccountQuotas;

/** What a lab was admitted to. Moments in milliseconds since the epoch. */
export interface Holding {
  version: number;
  usage: Usage;
  /** When it was last written. */
  changedAt: number;
  /** Until then it may be about to use what it does not use yet. */
  heldUntil: number;
  /** Since when it waits for room. */
  waitsSince?: number;
}

/** One that waits for room. */
export interface Waiter {
  labId: string;
  since: number;
  /** When it will have asked again, if it still waits. */
  expectedBy: number;
  /** What it lacks. */
  needs: Usage;
}

/** What all invocations know of who was admitted to what. */
export interface AdmissionStore {
  used(): Promise<Usage>;
  /**
   * Adds to what is used, all or nothing. Atomic.
   * @param atMost how much may be used before it, where there is a bound.
   * @returns false where there is not so much room.
   */
  count(change: Usage, atMost?: Partial<Usage>): Promise<boolean>;
  holding(labId: string): Promise<Holding | undefined>;
  /** @returns false where another wrote since the version before. */
  save(labId: string, holding: Holding): Promise<boolean>;
  /** @returns false where it is of another version by now. */
  remove(labId: string, version: number): Promise<boolean>;
  all(): Promise<(Holding & { labId: string })[]>;

  /** Who waits, longest first. */
  line(most: number): Promise<Waiter[]>;
  join(waiter: Waiter): Promise<void>;
  leave(waiter: Pick<Waiter, 'labId' | 'since'>): Promise<void>;

  /** By how much the count differed from the sum of all at the last recount. */
  lastDrift(): Promise<Usage>;
  saveDrift(drift: Usage): Promise<void>;
}
