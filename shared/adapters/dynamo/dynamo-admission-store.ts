import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { AdmissionStore, Holding, Usage, Waiter } from '../aws/ec2/admission-store.ts';
import { combine, NO_USAGE, QUOTA_NAMES } from '../aws/ec2/usage.ts';
import { DynamoTable, type Item } from './dynamo-table.ts';
import { dueMoment, type ItemKey } from './keys.ts';
import { readRecord } from './record.ts';

const Amounts = z.object({
  onDemandVcpus: z.number(),
  spotVcpus: z.number(),
  securityGroups: z.number(),
});

const Held = z.object({
  labId: z.string(),
  version: z.number(),
  usage: Amounts,
  changedAt: z.number(),
  heldUntil: z.number(),
  waitsSince: z.number().optional(),
});

const Waiting = z.object({ labId: z.string(), since: z.number(), expectedBy: z.number(), needs: Amounts });

const PARTITION = 'ADMISSION';
const USED_KEY = { PK: PARTITION, SK: 'USED' };
const DRIFT_KEY = { PK: PARTITION, SK: 'DRIFT' };
/** Between the first and the last of them there is nothing else. */
const HOLDINGS = { partition: PARTITION, from: 'LAB#', to: 'LAB#~' };
const LINE = 'ADMISSION-LINE';

export class DynamoAdmissionStore implements AdmissionStore {
  readonly #table: DynamoTable;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#table = new DynamoTable(client, tableName);
  }

  async used(): Promise<Usage> {
    const item = await this.#table.get(USED_KEY);
    return item === undefined ? NO_USAGE : readRecord(Amounts, item, 'what labs use of the account');
  }

  async count(change: Usage, atMost: Partial<Usage> = {}): Promise<boolean> {
    const bounds = QUOTA_NAMES.filter((name) => atMost[name] !== undefined);
    // What nobody has counted yet is nothing.
    const roomFor = (name: (typeof QUOTA_NAMES)[number]) =>
      (atMost[name] ?? 0) >= 0
        ? `(attribute_not_exists(${name}) OR ${name} <= :most_${name})`
        : `${name} <= :most_${name}`;
    const written = await this.#table.change(
      USED_KEY,
      `ADD ${QUOTA_NAMES.map((name) => `${name} :${name}`).join(', ')}`,
      {
        ...(bounds.length === 0 ? {} : { expression: bounds.map(roomFor).join(' AND ') }),
        values: {
          ...Object.fromEntries(QUOTA_NAMES.map((name) => [`:${name}`, change[name]])),
          ...Object.fromEntries(bounds.map((name) => [`:most_${name}`, atMost[name]])),
        },
      },
    );
    return written !== undefined;
  }

  async holding(labId: string): Promise<Holding | undefined> {
    const item = await this.#table.get(holdingKey(labId));
    if (item === undefined) return undefined;
    const { labId: _, ...holding } = holdingOf(item);
    return holding;
  }

  async save(labId: string, holding: Holding): Promise<boolean> {
    return await this.#table.put(
      { ...holdingKey(labId), labId, ...holding },
      holding.version === 1
        ? { expression: 'attribute_not_exists(PK)' }
        : { expression: 'version = :before', values: { ':before': holding.version - 1 } },
    );
  }

  async remove(labId: string, version: number): Promise<boolean> {
    return await this.#table.delete(holdingKey(labId), {
      expression: 'version = :version',
      values: { ':version': version },
    });
  }

  async all(): Promise<(Holding & { labId: string })[]> {
    return (await this.#table.query(HOLDINGS)).map(holdingOf);
  }

  async line(most: number): Promise<Waiter[]> {
    const items = await this.#table.query({ partition: LINE, limit: most });
    return items.map((item) => readRecord(Waiting, item, 'the line of labs that wait for room'));
  }

  async join(waiter: Waiter): Promise<void> {
    await this.#table.put({ ...lineKey(waiter), ...waiter });
  }

  async leave(waiter: Pick<Waiter, 'labId' | 'since'>): Promise<void> {
    await this.#table.delete(lineKey(waiter));
  }

  async lastDrift(): Promise<Usage> {
    const item = await this.#table.get(DRIFT_KEY);
    return item === undefined ? NO_USAGE : readRecord(Amounts, item, 'the drift of admission');
  }

  async saveDrift(drift: Usage): Promise<void> {
    await this.#table.put({ ...DRIFT_KEY, ...combine((name) => drift[name]) });
  }
}

function holdingKey(labId: string): ItemKey {
  return { PK: PARTITION, SK: `LAB#${labId}` };
}

/** Who waits longest stands first. */
function lineKey({ labId, since }: Pick<Waiter, 'labId' | 'since'>): ItemKey {
  return { PK: LINE, SK: `${dueMoment(since)}#${labId}` };
}

function holdingOf(item: Item): Holding & { labId: string } {
  const { waitsSince, ...rest } = readRecord(Held, item, 'what a lab was admitted to');
  return { ...rest, ...(waitsSince === undefined ? {} : { waitsSince }) };
}
