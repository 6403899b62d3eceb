import type { Class, ClassEvent, ClassStatus } from '../../class/class.ts';
import type { ClassLab } from '../../class/class-lab.ts';
import type { Student } from '../../class/student.ts';
import { iso } from '../../core/clock.ts';
import type { Lab } from '../../lab/lab.ts';
import type { Deps } from '../../ports/deps.ts';

/**
 * One run of the reconciler over one class: what was loaded, and the status being written. Steps change `status`, students'
 * items and labs, and nothing else of the class.
 */
export interface ClassRun {
  readonly deps: Deps;
  readonly now: number;
  /** From this moment nothing more is begun. */
  readonly until: number;
  readonly found: Class;
  /** The draft; saved once at the end. */
  readonly status: ClassStatus;
  /** By address, as last read or written. */
  readonly students: Map<string, Student>;
  /** All of the class that live, and some that are gone, by id. */
  readonly labs: Map<string, ClassLab>;
  /** Labs that this run recorded, as it wrote them. */
  readonly made: Lab[];
  /** Moments at which there is something to do, milliseconds since the epoch. */
  readonly due: number[];
  /** Time was up, or somebody wrote first: the next run goes on at once. */
  isUnfinished: boolean;
}

/** Lambda ends a run after 30 s: what was begun by then has as long again to end. */
const RUN_SECONDS = 15;
/** ClassStatus's limit. */
const EVENTS_KEPT = 50;

export function startClassRun(deps: Deps, found: Class): ClassRun {
  const now = deps.clock.now();
  return {
    deps,
    now,
    until: now + RUN_SECONDS * 1000,
    found,
    status: structuredClone(found.status),
    students: new Map(),
    labs: new Map(),
    made: [],
    due: [],
    isUnfinished: false,
  };
}

/** Appends to the class's timeline. Never an address: what was told outlives personal data. */
export function tellEvent({ status, now }: ClassRun, type: string, message: string): void {
  const sequence = (status.events.at(-1)?.sequence ?? 0) + 1;
  const event: ClassEvent = { sequence, at: iso(now), type, message };
  status.events = [...status.events, event].slice(-EVENTS_KEPT);
}

/** Those on the roster, by address. */
export function presentStudents({ students }: ClassRun): Student[] {
  return [...students.values()]
    .filter(({ removedAt }) => removedAt === undefined)
    .sort((a, b) => (a.email < b.email ? -1 : 1));
}

/** `1 lab`, `2 labs`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
