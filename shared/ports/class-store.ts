import type { Class, ClassSpec, ClassStatus } from '../class/class.ts';
import type { ClassLab } from '../class/class-lab.ts';
import type { RosterEntry, Student } from '../class/student.ts';
import type { Page } from './store.ts';

/**
 * Records of classes, under the same rules as LabStore: every write is one item under one condition, reads by id are
 * strongly consistent, lists page, and any call may throw SlipwayError `store_unavailable`.
 */
export interface ClassStore {
  /** Throws `conflict` where the id exists. */
  create(record: Class): Promise<void>;
  load(classId: string): Promise<Class | undefined>;
  /** Writes `spec` and `dueAt` where `specVersion` is still the class's; throws `version_conflict`. @returns it as written. */
  saveSpec(record: Class, spec: ClassSpec, dueAt: number): Promise<Class>;
  /** Writes `status` and `dueAt` (undefined: never due again) where both versions are still the class's; throws `version_conflict`. */
  saveStatus(record: Class, status: ClassStatus, dueAt: number | undefined): Promise<Class>;
  /** Newest first. Classes of one instructor, or all. */
  list(query: { instructor?: string; limit: number; cursor?: string }): Promise<Page<Class>>;

  /** Classes due at or before `until`, soonest first. */
  listDue(query: {
    until: number;
    limit: number;
    cursor?: string;
  }): Promise<Page<{ classId: string; dueAt: number }>>;
  /** Moves a due time if it is still `from`: the one tick that succeeds sends the message. */
  moveDue(classId: string, from: number, to: number): Promise<boolean>;

  /** Written once under its id, never changed: it counts when the class's spec names it. */
  putRoster(classId: string, rosterId: string, entries: RosterEntry[]): Promise<void>;
  /** In the order in which it was given. */
  roster(classId: string, rosterId: string): Promise<RosterEntry[] | undefined>;
  /** Gone already is done. */
  removeRoster(classId: string, rosterId: string): Promise<void>;

  /** All of a class, those that are leaving included, by address: at most a few more than 1,000. */
  students(classId: string): Promise<Student[]>;
  student(classId: string, email: string): Promise<Student | undefined>;
  /**
   * Writes all of it but `lastSeenAt`, where `version` is still the item's; a version of 0 that is not there yet is made.
   * Throws `version_conflict`. @returns it as written, its version one more.
   */
  saveStudent(classId: string, student: Student): Promise<Student>;
  /** Where `version` is still the item's; gone already is done. Throws `version_conflict`. */
  removeStudent(classId: string, student: Student): Promise<void>;
  /** Notes a call, whatever the version; of one who is gone nothing is written. */
  touchStudent(classId: string, email: string, at: string): Promise<void>;

  /** Keeps what a lab's reconciler told, unless something newer of the same lab is kept. */
  saveLab(classId: string, lab: ClassLab): Promise<void>;
  /** By lab id, which is oldest first. @param from the first id that counts, inclusive. */
  listLabs(
    classId: string,
    query: { from?: string; limit: number; cursor?: string },
  ): Promise<Page<ClassLab>>;
  /** One lab of the class. */
  lab(classId: string, labId: string): Promise<ClassLab | undefined>;

  /** Whose a join code is, by its hash; deployment-wide. */
  saveCode(hash: string, owner: { classId: string; email: string }): Promise<void>;
  findCode(hash: string): Promise<{ classId: string; email: string } | undefined>;
  /** Gone already is done. */
  removeCode(hash: string): Promise<void>;
  /**
   * Counts a try of an address in a window of time.
   * @param window names it: the same text is the same window.
   * @returns how many there were, this one included.
   */
  countTry(address: string, window: string, forgetAt: number): Promise<number>;
  /** Takes back one of the tries that were counted; none is not there to be taken back. */
  forgiveTry(address: string, window: string): Promise<void>;
}
