import type { Class, ClassSpec, ClassStatus } from '../../shared/class/class.ts';
import type { ClassLab } from '../../shared/class/class-lab.ts';
import type { RosterEntry, Student } from '../../shared/class/student.ts';
import { SlipwayError } from '../../shared/core/errors.ts';
import type { ClassStore } from '../../shared/ports/class-store.ts';
import type { Page } from '../../shared/ports/store.ts';
import { Faults } from './faults.ts';
import { copy, pageOf } from './memory-records.ts';

interface Records {
  record: Class;
  students: Map<string, Student>;
  labs: Map<string, ClassLab>;
}

/** Classes in memory, under the same contract as DynamoDB's; nothing handed out or in is shared with the caller. */
export class MemoryClassStore implements ClassStore {
  readonly faults = new Faults();
  readonly #records = new Map<string, Records>();
  readonly #rosters = new Map<string, RosterEntry[]>();
  readonly #codes = new Map<string, { classId: string; email: string }>();
  readonly #tries = new Map<string, number>();

  async create(record: Class): Promise<void> {
    this.faults.meet('create');
    if (this.#records.has(record.id))
      throw new SlipwayError('conflict', `a class with name ${record.id} exists already`);
    this.#records.set(record.id, {
      record: copy(record),
      students: new Map(),
      labs: new Map(),
    });
  }

  async load(classId: string): Promise<Class | undefined> {
    this.faults.meet('load');
    const found = this.#records.get(classId);
    return found && copy(found.record);
  }

  async saveSpec(record: Class, spec: ClassSpec, dueAt: number): Promise<Class> {
    this.faults.meet('saveSpec');
    const kept = this.#records.get(record.id);
    if (kept?.record.specVersion !== record.specVersion) throw overtaken(`class ${record.id}`);
    kept.record = copy({ ...kept.record, spec, specVersion: record.specVersion + 1, dueAt });
    return copy(kept.record);
  }

  async saveStatus(record: Class, status: ClassStatus, dueAt: number | undefined): Promise<Class> {
    this.faults.meet('saveStatus');
    const kept = this.#records.get(record.id);
    const isSame =
      kept?.record.specVersion === record.specVersion && kept.record.statusVersion === record.statusVersion;
    if (kept === undefined || !isSame) throw overtaken(`class ${record.id}`);
    const { dueAt: _before, ...rest } = kept.record;
    const due = dueAt === undefined ? {} : { dueAt };
    kept.record = copy({ ...rest, ...due, status, statusVersion: record.statusVersion + 1 });
    return copy(kept.record);
  }

  async list(query: { instructor?: string; limit: number; cursor?: string }): Promise<Page<Class>> {
    this.faults.meet('list');
    const place = ({ createdAt, id }: Class) => `${createdAt}#${id}`;
    const found = [...this.#records.values()]
      .map(({ record }) => record)
      .filter(({ instructor }) => query.instructor === undefined || instructor === query.instructor)
      .filter((record) => query.cursor === undefined || place(record) < query.cursor)
      .sort((a, b) => (place(a) < place(b) ? 1 : -1));
    return copy(pageOf(found, query.limit, place));
  }

  async listDue(query: {
    until: number;
    limit: number;
    cursor?: string;
  }): Promise<Page<{ classId: string; dueAt: number }>> {
    this.faults.meet('listDue');
    const place = ({ dueAt, classId }: { dueAt: number; classId: string }) =>
      `${String(dueAt).padStart(16, '0')}#${classId}`;
    const due = [...this.#records.values()]
      .flatMap(({ record: { id, dueAt } }) =>
        dueAt === undefined || dueAt > query.until ? [] : [{ classId: id, dueAt }],
      )
      .filter((found) => query.cursor === undefined || place(found) > query.cursor)
      .sort((a, b) => (place(a) < place(b) ? -1 : 1));
    return pageOf(due, query.limit, place);
  }

  async moveDue(classId: string, from: number, to: number): Promise<boolean> {
    this.faults.meet('moveDue');
    const kept = this.#records.get(classId);
    if (kept?.record.dueAt !== from) return false;
    kept.record = { ...kept.record, dueAt: to };
    return true;
  }

  async putRoster(classId: string, rosterId: string, entries: RosterEntry[]): Promise<void> {
    this.faults.meet('putRoster');
    this.#rosters.set(`${classId}#${rosterId}`, copy(entries));
  }

  async roster(classId: string, rosterId: string): Promise<RosterEntry[] | undefined> {
    this.faults.meet('roster');
    const found = this.#rosters.get(`${classId}#${rosterId}`);
    return found && copy(found);
  }

  async removeRoster(classId: string, rosterId: string): Promise<void> {
    this.faults.meet('removeRoster');
    this.#rosters.delete(`${classId}#${rosterId}`);
  }

  async students(classId: string): Promise<Student[]> {
    this.faults.meet('students');
    const found = [...(this.#records.get(classId)?.students.values() ?? [])];
    return copy(found.sort((a, b) => (a.email < b.email ? -1 : 1)));
  }

  async student(classId: string, email: string): Promise<Student | undefined> {
    this.faults.meet('student');
    const found = this.#records.get(classId)?.students.get(email);
    return found && copy(found);
  }

  async saveStudent(classId: string, student: Student): Promise<Student> {
    this.faults.meet('saveStudent');
    const students = this.#records.get(classId)?.students;
    const kept = students?.get(student.email);
    if (students === undefined || (kept?.version ?? 0) !== student.version)
      throw overtaken(`student ${student.email}`);
    const { lastSeenAt: _told, ...rest } = student;
    const seen = kept?.lastSeenAt === undefined ? {} : { lastSeenAt: kept.lastSeenAt };
    const written = copy({ ...rest, ...seen, version: student.version + 1 });
    students.set(student.email, written);
    return copy(written);
  }

  async removeStudent(classId: string, student: Student): Promise<void> {
    this.faults.meet('removeStudent');
    const students = this.#records.get(classId)?.students;
    const kept = students?.get(student.email);
    if (kept === undefined) return;
    if (kept.version !== student.version) throw overtaken(`student ${student.email}`);
    students?.delete(student.email);
  }

  async touchStudent(classId: string, email: string, at: string): Promise<void> {
    this.faults.meet('touchStudent');
    const kept = this.#records.get(classId)?.students.get(email);
    if (kept !== undefined) kept.lastSeenAt = at;
  }

  async saveLab(classId: string, lab: ClassLab): Promise<void> {
    this.faults.meet('saveLab');
    const labs = this.#records.get(classId)?.labs;
    const kept = labs?.get(lab.labId);
    if (kept === undefined || kept.version < lab.version) labs?.set(lab.labId, copy(lab));
  }

  async listLabs(
    classId: string,
    query: { from?: string; limit: number; cursor?: string },
  ): Promise<Page<ClassLab>> {
    this.faults.meet('listLabs');
    const found = [...(this.#records.get(classId)?.labs.values() ?? [])]
      .filter(({ labId }) => query.from === undefined || labId >= query.from)
      .filter(({ labId }) => query.cursor === undefined || labId > query.cursor)
      .sort((a, b) => (a.labId < b.labId ? -1 : 1));
    return copy(pageOf(found, query.limit, ({ labId }) => labId));
  }

  async lab(classId: string, labId: string): Promise<ClassLab | undefined> {
    this.faults.meet('lab');
    const found = this.#records.get(classId)?.labs.get(labId);
    return found && copy(found);
  }

  async saveCode(hash: string, owner: { classId: string; email: string }): Promise<void> {
    this.faults.meet('saveCode');
    this.#codes.set(hash, { ...owner });
  }

  async findCode(hash: string): Promise<{ classId: string; email: string } | undefined> {
    this.faults.meet('findCode');
    const found = this.#codes.get(hash);
    return found && { ...found };
  }

  async removeCode(hash: string): Promise<void> {
    this.faults.meet('removeCode');
    this.#codes.delete(hash);
  }

  async countTry(address: string, window: string): Promise<number> {
    this.faults.meet('countTry');
    const tries = (this.#tries.get(`${address}#${window}`) ?? 0) + 1;
    this.#tries.set(`${address}#${window}`, tries);
    return tries;
  }

  async forgiveTry(address: string, window: string): Promise<void> {
    this.faults.meet('forgiveTry');
    const place = `${address}#${window}`;
    const tries = this.#tries.get(place) ?? 0;
    if (tries > 0) this.#tries.set(place, tries - 1);
  }
}

function overtaken(what: string): SlipwayError {
  return new SlipwayError('version_conflict', `${what} was changed or forgotten meanwhile: load it again`);
}
