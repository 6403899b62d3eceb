import type { Enrolment, Lab, LabEvent, LabSpec, LabStatus } from '../lab/lab.ts';

/**
 * Records. There are no transactions: every write is one item under one condition, in an order the tick can
 * repair. Reads by id are strongly consistent; lists page. Any call may throw SlipwayError `store_unavailable`.
 */
export interface LabStore {
  /** Throws `conflict` where the id exists. */
  create(lab: Lab): Promise<void>;
  /** The lab and what its machines' boots told, in one read. */
  load(labId: string): Promise<{ lab: Lab; enrolments: Enrolment[] } | undefined>;
  /** Writes `spec` and `dueAt` where `specVersion` is still the lab's; throws `version_conflict`. @returns the lab as written. */
  saveSpec(lab: Lab, spec: LabSpec, dueAt: number): Promise<Lab>;
  /**
   * Writes `status` and `dueAt` (undefined: never due again) where both versions are still the lab's: a status
   * derived from an older spec is never saved. Throws `version_conflict`. @returns the lab as written.
   */
  saveStatus(lab: Lab, status: LabStatus, dueAt: number | undefined): Promise<Lab>;
  /** Newest first. Labs of one owner, or all. */
  list(query: { owner?: string; limit: number; cursor?: string }): Promise<Page<Lab>>;

  /** Labs due at or before `until`, soonest first. */
  listDue(query: {
    until: number;
    limit: number;
    cursor?: string;
  }): Promise<Page<{ labId: string; dueAt: number }>>;
  /** Moves a due time if it is still `from`: the one tick that gets the lab sends the message. */
  moveDue(labId: string, from: number, to: number): Promise<Lab | undefined>;

  /** Notes a signed enrolment or a boot's failure, in an item of its own. */
  saveEnrolment(labId: string, enrolment: Enrolment): Promise<void>;

  /** Idempotent by sequence. */
  appendEvents(labId: string, events: LabEvent[]): Promise<void>;
  /** Oldest first, after a sequence. */
  listEvents(labId: string, query: { after: number; limit: number }): Promise<LabEvent[]>;

  /** Forgets every item of the lab. */
  purge(labId: string): Promise<void>;
}

/** The sources of labs' stacks, sealed, each an item of its own; forgotten with the lab by `LabStore.purge`. */
export interface StackStore {
  /** Written once under its id, never changed. @throws SlipwayError `too_large` past 380 KB, DynamoDB's 400 KB an item. */
  put(labId: string, sourceId: string, sealed: Uint8Array): Promise<void>;
  get(labId: string, sourceId: string): Promise<Uint8Array | undefined>;
  /** Gone already is done. */
  remove(labId: string, sourceId: string): Promise<void>;
}

export interface Page<Item> {
  items: Item[];
  /** Opaque; absent on the last page. */
  cursor?: string;
}

/** Sealed secrets, each an item of its own; written once, and never overwritten but by `replace`. */
export interface SecretStore {
  /** Keeps the first value ever put. @returns the one that is kept. */
  putIfAbsent(scope: string, purpose: SecretPurpose, sealed: string): Promise<string>;
  get(scope: string, purpose: SecretPurpose): Promise<string | undefined>;
  /** Where it is still `before`. Only the deployment's signing keys are ever replaced. @returns whether it was. */
  replace(scope: string, purpose: SecretPurpose, before: string, sealed: string): Promise<boolean>;
  /** Forgets all of a scope's. */
  remove(scope: string): Promise<void>;
}

/**
 * `ca` and `ssh` are a lab's keys, `enrolment` its seed of machine tokens, `stacks` the key of its stacks' sources;
 * `signing` is the deployment's.
 */
export type SecretPurpose = 'ca' | 'ssh' | 'enrolment' | 'stacks' | 'signing';

/** Encrypts and decrypts with a key it never shows; the context must be the same on both sides. */
export interface Sealer {
  seal(plain: string, context: { scope: string; purpose: SecretPurpose }): Promise<string>;
  open(sealed: string, context: { scope: string; purpose: SecretPurpose }): Promise<string>;
}

/** Idempotency records and owners' slots: the order of creation is record -> slot -> lab, each repairable. */
export interface RequestStore {
  /** Keeps the first request ever made under this key. @returns the kept one (`fresh` when it is this one). */
  remember(request: RememberedRequest): Promise<{ kept: RememberedRequest; fresh: boolean }>;
  /** Forgets a request that was refused, so that it may be tried again. */
  forget(subject: string, key: string): Promise<void>;
  /** Takes slot 1…limit of the owner for the lab (once per lab). @returns false when all are taken. */
  takeSlot(owner: string, labId: string, limit: number, now: number): Promise<boolean>;
  /** Labs in the owner's slots. */
  slots(owner: string): Promise<{ labId: string; takenAt: number }[]>;
  /** Gives the lab's slot back; already free is done. */
  freeSlot(owner: string, labId: string): Promise<void>;
}

export interface RememberedRequest {
  subject: string;
  key: string;
  /** Digest of method, path and body. */
  digest: string;
  /** The resource it makes, fixed before anything else is written. */
  labId: string;
  at: number;
  /** Not answered from after this time, milliseconds since the epoch. */
  forgetAt: number;
}

/** What the sweep marked on its first pass, so that a second one, a grace later, may remove it. */
export interface SweepStore {
  marks(): Promise<Record<string, number>>;
  saveMarks(marks: Record<string, number>): Promise<void>;
}
