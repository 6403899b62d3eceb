import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { SlipwayError } from '../../core/errors.ts';
import { Enrolment, Lab, LabEvent, type LabSpec, type LabStatus } from '../../lab/lab.ts';
import type { LabStore, Page } from '../../ports/store.ts';
import { DynamoTable, type Item } from './dynamo-table.ts';
import {
  createdKey,
  DUE_SHARDS,
  dueAttributes,
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
import { dueChanges, listDue, listNewest, moveDue } from './record-lists.ts';

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
    const made = await this.#table.put(itemOfLab(lab), { expression: 'attribute_not_exists(PK)' });
    if (!made) throw new SlipwayError('conflict', `a lab with id ${lab.id} exists already`);
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
      { spec, specVersion: lab.specVersion + 1, ...dueOfLab(lab.id, dueAt) },
      { expression: '#specVersion = :specVersion', values: { ':specVersion': lab.specVersion } },
    );
    return labOf(written ?? overtaken(lab));
  }

  async saveStatus(lab: Lab, status: LabStatus, dueAt: number | undefined): Promise<Lab> {
    requireSmall({ ...lab, status });
    const written = await this.#table.update(
      labKey(lab.id),
      { status, statusVersion: lab.statusVersion + 1, ...dueOfLab(lab.id, dueAt) },
      {
        expression: 'specVersion = :specVersion AND #statusVersion = :statusVersion',
        values: { ':specVersion': lab.specVersion, ':statusVersion': lab.statusVersion },
      },
    );
    return labOf(written ?? overtaken(lab));
  }

  async list({ owner, ...query }: { owner?: string; limit: number; cursor?: string }): Promise<Page<Lab>> {
    const of =
      owner === undefined
        ? ({ index: 'labs', partition: LAB_KIND } as const)
        : ({ index: 'labs-by-owner', partition: owner } as const);
    const page = await listNewest(this.#table, of, query);
    return { ...page, items: page.items.map(labOf) };
  }

  async listDue(query: {
    until: number;
    limit: number;
    cursor?: string;
  }): Promise<Page<{ labId: string; dueAt: number }>> {
    const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => dueShard(shard));
    const page = await listDue(this.#table, shards, query);
    return { ...page, items: page.items.map(({ id, dueAt }) => ({ labId: id, dueAt })) };
  }

  async moveDue(labId: string, from: number, to: number): Promise<Lab | undefined> {
    const written = await moveDue(this.#table, labKey(labId), from, dueOfLab(labId, to));
    return written && labOf(written);
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

/** A lab as it stands in the table, in all of its indexes. */
export function itemOfLab(lab: Lab): Item & ItemKey {
  const { id, createdAt, dueAt } = lab;
  return {
    ...lab,
    ...labKey(id),
    kind: LAB_KIND,
    createdKey: createdKey(createdAt, id),
    ...(dueAt === undefined ? {} : dueAttributes(id, dueAt)),
  };
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

function dueOfLab(labId: string, dueAt: number | undefined): Item {
  return dueChanges(dueAt, (at) => dueAttributes(labId, at));
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
