import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { SlipwayError } from '../../core/errors.ts';
import { Enrolment, Lab, LabEvent, type LabSpec, type LabStatus } from '../../lab/lab.ts';
import type { LabStore, Page } from '../../ports/store.ts';
import { cursorOf, sortKeyOf } from './cursor.ts';
import { DynamoTable, type Item } from './dynamo-table.ts';
import {
  createdKey,
  DUE_SHARDS,
  dueAttributes,
  dueMoment,
  dueShard,
  eventKey,
  type ItemKey,
  LAB_SORT_KEY,
  LAST_EVENT_SORT_KEY,
  LAST_MACHINE_SORT_KEY,
  labKey,
  labPartition,
  machineKey,
} from './keys.ts';
import { readRecord } from './record.ts';

/** design.md: the lab's own item stays small, because every run reads and writes it. */
const LAB_BYTES = 16 * 1024;
/** Value of the attribute by which all labs are listed. */
const LAB_KIND = 'LAB';

export class DynamoLabStore implements LabStore {
  readonly #table: DynamoTable;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#table = new DynamoTable(client, tableName);
  }

  async create(lab: Lab): Promise<void> {
    requireSmall(lab);
    const { id, createdAt, dueAt } = lab;
    const item = {
      ...lab,
      ...labKey(id),
      kind: LAB_KIND,
      createdKey: createdKey(createdAt, id),
      ...(dueAt === undefined ? {} : dueAttributes(id, dueAt)),
    };
    const made = await this.#table.put(item, { expression: 'attribute_not_exists(PK)' });
    if (!made) throw new SlipwayError('conflict', `a lab with id ${id} exists already`);
  }

  async load(labId: string): Promise<{ lab: Lab; enrolments: Enrolment[] } | undefined> {
    const items = await this.#table.query({
      partition: labPartition(labId),
      from: LAB_SORT_KEY,
      to: LAST_MACHINE_SORT_KEY,
    });
    const record = items.find((item) => item.SK === LAB_SORT_KEY);
    if (record === undefined) return undefined;
    const machines = items.filter((item) => item.SK !== LAB_SORT_KEY);
    return {
      lab: labOf(record),
      enrolments: machines.map((item) => readRecord(Enrolment, item, `an enrolment of lab ${labId}`)),
    };
  }

  async saveSpec(lab: Lab, spec: LabSpec, dueAt: number): Promise<Lab> {
    requireSmall({ ...lab, spec });
    const written = await this.#table.update(
      labKey(lab.id),
      { spec, specVersion: lab.specVersion + 1, ...dueChanges(lab.id, dueAt) },
      { expression: '#specVersion = :specVersion', values: { ':specVersion': lab.specVersion } },
    );
    return labOf(written ?? overtaken(lab));
  }

  async saveStatus(lab: Lab, status: LabStatus, dueAt: number | undefined): Promise<Lab> {
    requireSmall({ ...lab, status });
    const written = await this.#table.update(
      labKey(lab.id),
      { status, statusVersion: lab.statusVersion + 1, ...dueChanges(lab.id, dueAt) },
      {
        expression: 'specVersion = :specVersion AND #statusVersion = :statusVersion',
        values: { ':specVersion': lab.specVersion, ':statusVersion': lab.statusVersion },
      },
    );
    return labOf(written ?? overtaken(lab));
  }

  async list({
    owner,
    limit,
    cursor,
  }: {
    owner?: string;
    limit: number;
    cursor?: string;
  }): Promise<Page<Lab>> {
    const keys = await this.#table.query({
      ...(owner === undefined
        ? { index: 'labs', partition: LAB_KIND }
        : { index: 'labs-by-owner', partition: owner }),
      ...(cursor === undefined ? {} : { before: sortKeyOf(cursor) }),
      descending: true,
      limit: limit + 1,
    });
    const page = pageOf(keys, limit, (key) => String(key.createdKey));
    const wanted = page.items.map(({ PK, SK }) => ({ PK, SK }) as ItemKey);
    const records = new Map((await this.#table.getAll(wanted)).map((item) => [item.PK, item]));
    // One forgotten since the index was read is left out.
    const labs = wanted.map(({ PK }) => records.get(PK)).filter((item) => item !== undefined);
    return { ...page, items: labs.map(labOf) };
  }

  async listDue({
    until,
    limit,
    cursor,
  }: {
    until: number;
    limit: number;
    cursor?: string;
  }): Promise<Page<{ labId: string; dueAt: number }>> {
    const range = {
      // `!` sorts before every character of an id: from just after where the last page ended.
      from: cursor === undefined ? dueMoment(0) : `${sortKeyOf(cursor)}!`,
      to: dueMoment(until + 1),
    };
    if (range.from > range.to) return { items: [] };
    const shards = await Promise.all(
      Array.from({ length: DUE_SHARDS }, (_, shard) =>
        this.#table.query({ index: 'labs-due', partition: dueShard(shard), ...range, limit: limit + 1 }),
      ),
    );
    const soonest = shards
      .flat()
      .map((key) => String(key.dueKey))
      .sort();
    const page = pageOf(soonest, limit, (key) => key);
    return { ...page, items: page.items.map(dueOf) };
  }

  async moveDue(labId: string, from: number, to: number): Promise<boolean> {
    const written = await this.#table.update(labKey(labId), dueChanges(labId, to), {
      expression: '#dueAt = :from',
      values: { ':from': from },
    });
    return written !== undefined;
  }

  async saveEnrolment(labId: string, enrolment: Enrolment): Promise<void> {
    await this.#table.put({ ...enrolment, ...machineKey(labId, enrolment.machine) });
  }

  async appendEvents(labId: string, events: LabEvent[]): Promise<void> {
    await this.#table.putAll(events.map((event) => ({ ...event, ...eventKey(labId, event.sequence) })));
  }

  async listEvents(labId: string, { after, limit }: { after: number; limit: number }): Promise<LabEvent[]> {
    const items = await this.#table.query({
      partition: labPartition(labId),
      from: eventKey(labId, after + 1).SK,
      to: LAST_EVENT_SORT_KEY,
      limit,
    });
    return items.map((item) => readRecord(LabEvent, item, `an event of lab ${labId}`));
  }

  /** The lab's own item goes last, so that a purge cut short can be found and repeated. */
  async purge(labId: string): Promise<void> {
    const items = await this.#table.query({ partition: labPartition(labId) });
    const keys = items.map(({ PK, SK }) => ({ PK, SK }) as ItemKey);
    await this.#table.deleteAll(keys.filter(({ SK }) => SK !== LAB_SORT_KEY));
    await this.#table.delete(labKey(labId));
  }
}

function labOf(item: Item): Lab {
  return readRecord(Lab, item, `lab ${String(item.id)}`);
}

function overtaken(lab: Lab): never {
  throw new SlipwayError(
    'version_conflict',
    `lab ${lab.id} was changed or forgotten meanwhile: load it again`,
  );
}

/** The due time with its place in the index; undefined takes the lab out of it. */
function dueChanges(labId: string, dueAt: number | undefined): Item {
  if (dueAt === undefined) return { dueAt: undefined, dueShard: undefined, dueKey: undefined };
  return { dueAt, ...dueAttributes(labId, dueAt) };
}

function dueOf(dueKey: string): { labId: string; dueAt: number } {
  const [moment = '', labId = ''] = dueKey.split('#');
  return { labId, dueAt: Number(moment) };
}

/** @param found one more than the page holds, where there is more. */
function pageOf<Found>(found: Found[], limit: number, sortKeyOfItem: (item: Found) => string): Page<Found> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return found.length > limit && last !== undefined
    ? { items, cursor: cursorOf(sortKeyOfItem(last)) }
    : { items };
}

function requireSmall(lab: Lab): void {
  const bytes = Buffer.byteLength(JSON.stringify(lab));
  if (bytes <= LAB_BYTES) return;
  throw new SlipwayError(
    'too_large',
    `the record of lab ${lab.id} would be ${bytes} bytes, and ${LAB_BYTES} is the most: ask for fewer machines or stacks`,
    { facts: { bytes, allowed: LAB_BYTES } },
  );
}
