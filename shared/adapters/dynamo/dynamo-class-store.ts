import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { Class, type ClassSpec, type ClassStatus } from '../../class/class.ts';
import { ClassLab } from '../../class/class-lab.ts';
import { type RosterEntry, Student } from '../../class/student.ts';
import { SlipwayError } from '../../core/errors.ts';
import type { ClassStore } from '../../ports/class-store.ts';
import type { Page } from '../../ports/store.ts';
import { pageOf, sortKeyOf } from './cursor.ts';
import { DynamoTable, type Item } from './dynamo-table.ts';
import {
  CLASSES_DUE,
  classDueAttributes,
  classKey,
  classLabKey,
  classPartition,
  codeKey,
  createdKey,
  type ItemKey,
  instructorPartition,
  rosterKey,
  studentKey,
  triesKey,
} from './keys.ts';
import { readRecord } from './record.ts';
import { dueChanges, listDue, listNewest, moveDue } from './record-lists.ts';
import { packRoster, unpackRoster } from './roster-parts.ts';
import { TABLE } from './table.ts';

/** A hundred sessions with their exceptions are some 20 KB; every run reads it, so it must stay far from DynamoDB's 400. */
const CLASS_BYTES = 128 * 1024;
/** Value of the attribute by which all classes are listed. */
const CLASS_KIND = 'CLASS';
/** `~` sorts after every character of an id or an address. */
const LAST = '~';

const CodeOwner = z.object({ classId: z.string(), email: z.string() });
const Tries = z.object({ tries: z.number() });

/** All that saveStudent writes; what is not given is taken out. */
const STUDENT_FIELDS = Object.keys(Student.shape).filter((name) => name !== 'lastSeenAt');

export class DynamoClassStore implements ClassStore {
  readonly #table: DynamoTable;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#table = new DynamoTable(client, tableName);
  }

  async create(record: Class): Promise<void> {
    requireSmall(record);
    const { id, createdAt, dueAt, instructor } = record;
    const item = {
      ...record,
      ...classKey(id),
      kind: CLASS_KIND,
      owner: instructorPartition(instructor),
      createdKey: createdKey(createdAt, id),
      ...(dueAt === undefined ? {} : classDueAttributes(id, dueAt)),
    };
    const made = await this.#table.put(item, { expression: 'attribute_not_exists(PK)' });
    if (!made) throw new SlipwayError('conflict', `a class with name ${id} exists already`);
  }

  async load(classId: string): Promise<Class | undefined> {
    const item = await this.#table.get(classKey(classId));
    return item && classOf(item);
  }

  async saveSpec(record: Class, spec: ClassSpec, dueAt: number): Promise<Class> {
    requireSmall({ ...record, spec });
    const written = await this.#table.update(
      classKey(record.id),
      { spec, specVersion: record.specVersion + 1, ...dueOfClass(record.id, dueAt) },
      { expression: '#specVersion = :specVersion', values: { ':specVersion': record.specVersion } },
    );
    if (written === undefined) throw overtaken(`class ${record.id}`);
    return classOf(written);
  }

  async saveStatus(record: Class, status: ClassStatus, dueAt: number | undefined): Promise<Class> {
    requireSmall({ ...record, status });
    const written = await this.#table.update(
      classKey(record.id),
      { status, statusVersion: record.statusVersion + 1, ...dueOfClass(record.id, dueAt) },
      {
        expression: 'specVersion = :specVersion AND #statusVersion = :statusVersion',
        values: { ':specVersion': record.specVersion, ':statusVersion': record.statusVersion },
      },
    );
    if (written === undefined) throw overtaken(`class ${record.id}`);
    return classOf(written);
  }

  async list({
    instructor,
    ...query
  }: {
    instructor?: string;
    limit: number;
    cursor?: string;
  }): Promise<Page<Class>> {
    const of =
      instructor === undefined
        ? ({ index: 'labs', partition: CLASS_KIND } as const)
        : ({ index: 'labs-by-owner', partition: instructorPartition(instructor) } as const);
    const page = await listNewest(this.#table, of, query);
    return { ...page, items: page.items.map(classOf) };
  }

  async listDue(query: {
    until: number;
    limit: number;
    cursor?: string;
  }): Promise<Page<{ classId: string; dueAt: number }>> {
    const page = await listDue(this.#table, [CLASSES_DUE], query);
    return { ...page, items: page.items.map(({ id, dueAt }) => ({ classId: id, dueAt })) };
  }

  async moveDue(classId: string, from: number, to: number): Promise<boolean> {
    const written = await moveDue(this.#table, classKey(classId), from, dueOfClass(classId, to));
    return written !== undefined;
  }

  async putRoster(classId: string, rosterId: string, entries: RosterEntry[]): Promise<void> {
    const parts = await packRoster(entries);
    for (const [part, packed] of [...parts.entries()].reverse()) {
      await this.#table.put({ ...rosterKey(classId, rosterId, part), packed, parts: parts.length });
    }
  }

  async roster(classId: string, rosterId: string): Promise<RosterEntry[] | undefined> {
    const items = await this.#rosterParts(classId, rosterId);
    if (items[0]?.SK !== rosterKey(classId, rosterId, 0).SK) return undefined;
    return await unpackRoster(items, `the roster of class ${classId}`);
  }

  async removeRoster(classId: string, rosterId: string): Promise<void> {
    const items = await this.#rosterParts(classId, rosterId);
    await this.#table.deleteAll(items.map(({ PK, SK }) => ({ PK, SK }) as ItemKey));
  }

  async students(classId: string): Promise<Student[]> {
    const items = await this.#table.query({
      partition: classPartition(classId),
      from: studentKey(classId, '').SK,
      to: studentKey(classId, LAST).SK,
    });
    return items.map((item) => studentOf(classId, item));
  }

  async student(classId: string, email: string): Promise<Student | undefined> {
    const item = await this.#table.get(studentKey(classId, email));
    return item && studentOf(classId, item);
  }

  async saveStudent(classId: string, student: Student): Promise<Student> {
    const given: Item = { ...student, version: student.version + 1 };
    const written = await this.#table.update(
      studentKey(classId, student.email),
      Object.fromEntries(STUDENT_FIELDS.map((name) => [name, given[name]])),
      student.version === 0
        ? { expression: 'attribute_not_exists(PK)' }
        : { expression: '#version = :version', values: { ':version': student.version } },
    );
    if (written === undefined) throw overtaken(`student ${student.email}`);
    return studentOf(classId, written);
  }

  async removeStudent(classId: string, student: Student): Promise<void> {
    const removed = await this.#table.delete(studentKey(classId, student.email), {
      expression: 'attribute_not_exists(PK) OR version = :version',
      values: { ':version': student.version },
    });
    if (!removed) throw overtaken(`student ${student.email}`);
  }

  async touchStudent(classId: string, email: string, at: string): Promise<void> {
    await this.#table.update(
      studentKey(classId, email),
      { lastSeenAt: at },
      { expression: 'attribute_exists(PK)' },
    );
  }

  async saveLab(classId: string, lab: ClassLab): Promise<void> {
    await this.#table.put(
      { ...lab, ...classLabKey(classId, lab.labId) },
      {
        expression: 'attribute_not_exists(PK) OR version < :version',
        values: { ':version': lab.version },
      },
    );
  }

  async listLabs(
    classId: string,
    { from, limit, cursor }: { from?: string; limit: number; cursor?: string },
  ): Promise<Page<ClassLab>> {
    const items = await this.#table.query({
      partition: classPartition(classId),
      // `!` again: from just after where the last page ended.
      from: cursor === undefined ? classLabKey(classId, from ?? '').SK : `${sortKeyOf(cursor)}!`,
      to: classLabKey(classId, LAST).SK,
      limit: limit + 1,
    });
    const page = pageOf(items, limit, (item) => String(item.SK));
    return { ...page, items: page.items.map((item) => classLabOf(classId, item)) };
  }

  async lab(classId: string, labId: string): Promise<ClassLab | undefined> {
    const item = await this.#table.get(classLabKey(classId, labId));
    return item && classLabOf(classId, item);
  }

  async saveCode(hash: string, { classId, email }: { classId: string; email: string }): Promise<void> {
    await this.#table.put({ ...codeKey(hash), classId, email });
  }

  async findCode(hash: string): Promise<{ classId: string; email: string } | undefined> {
    const item = await this.#table.get(codeKey(hash));
    return item && readRecord(CodeOwner, item, 'a join code');
  }

  async removeCode(hash: string): Promise<void> {
    await this.#table.delete(codeKey(hash));
  }

  async countTry(address: string, window: string, forgetAt: number): Promise<number> {
    const written = await this.#table.change(
      triesKey(address, window),
      `SET ${TABLE.timeToLive} = :forgetAt ADD tries :one`,
      { values: { ':forgetAt': Math.ceil(forgetAt / 1000), ':one': 1 } },
    );
    return readRecord(Tries, written, 'tries of an address').tries;
  }

  async forgiveTry(address: string, window: string): Promise<void> {
    await this.#table.change(triesKey(address, window), 'ADD tries :less', {
      expression: 'tries > :none',
      values: { ':less': -1, ':none': 0 },
    });
  }

  async #rosterParts(classId: string, rosterId: string): Promise<Item[]> {
    return await this.#table.query({
      partition: classPartition(classId),
      from: rosterKey(classId, rosterId, 0).SK,
      to: rosterKey(classId, rosterId, 99).SK,
    });
  }
}

function classOf(item: Item): Class {
  return readRecord(Class, item, `class ${String(item.id)}`);
}

function studentOf(classId: string, item: Item): Student {
  return readRecord(Student, item, `a student of class ${classId}`);
}

function classLabOf(classId: string, item: Item): ClassLab {
  return readRecord(ClassLab, item, `a lab of class ${classId}`);
}

function overtaken(what: string): SlipwayError {
  return new SlipwayError('version_conflict', `${what} was changed or forgotten meanwhile: load it again`);
}

function dueOfClass(classId: string, dueAt: number | undefined): Item {
  return dueChanges(dueAt, (at) => classDueAttributes(classId, at));
}

function requireSmall(record: Class): void {
  const bytes = Buffer.byteLength(JSON.stringify(record));
  if (bytes <= CLASS_BYTES) return;
  throw new SlipwayError(
    'too_large',
    `the record of class ${record.id} would be ${bytes} bytes, and ${CLASS_BYTES} is the most: ask for fewer sessions or exceptions`,
    { facts: { bytes, allowed: CLASS_BYTES } },
  );
}
