import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { SlipwayError } from '../../core/errors.ts';
import type { RememberedRequest, RequestStore } from '../../ports/store.ts';
import { DynamoTable } from './dynamo-table.ts';
import { type ItemKey, ownerPartition, requestKey, slotKey } from './keys.ts';
import { readRecord } from './record.ts';
import { TABLE } from './table.ts';

const Remembered = z.object({
  subject: z.string(),
  key: z.string(),
  digest: z.string(),
  labId: z.string(),
  at: z.number(),
  forgetAt: z.number(),
});

const Slot = z.object({ SK: z.string(), labId: z.string(), takenAt: z.number() });

/** How often a race is run again before it is called one. */
const RACES = 5;

export class DynamoRequestStore implements RequestStore {
  readonly #table: DynamoTable;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#table = new DynamoTable(client, tableName);
  }

  async remember(request: RememberedRequest): Promise<{ kept: RememberedRequest; fresh: boolean }> {
    const { subject, key, at, forgetAt } = request;
    const place = requestKey(subject, key);
    const item = { ...request, ...place, [TABLE.timeToLive]: Math.ceil(forgetAt / 1000) };
    for (let race = 0; race < RACES; race += 1) {
      const fresh = await this.#table.put(item, {
        // One past its time counts as forgotten: DynamoDB drops it days later, the embedded store never.
        expression: 'attribute_not_exists(PK) OR forgetAt <= :now',
        values: { ':now': at },
      });
      if (fresh) return { kept: request, fresh };
      const found = await this.#table.get(place);
      if (found !== undefined) {
        const kept = readRecord(Remembered, found, 'a remembered request');
        // The SDK may repeat a write whose answer was lost: then the one found is this one.
        return { kept, fresh: kept.labId === request.labId };
      }
    }
    throw new SlipwayError('in_progress', 'the same request is being tried and refused elsewhere: try again');
  }

  async forget(subject: string, key: string): Promise<void> {
    await this.#table.delete(requestKey(subject, key));
  }

  async takeSlot(owner: string, labId: string, limit: number, now: number): Promise<boolean> {
    for (let race = 0; race < RACES + limit; race += 1) {
      const taken = await this.#slots(owner);
      if (taken.some((slot) => slot.labId === labId)) return true;
      if (taken.length >= limit) return false;
      const numbers = new Set(taken.map((slot) => slot.SK));
      const free = Array.from({ length: limit }, (_, index) => slotKey(owner, index + 1)).find(
        (key) => !numbers.has(key.SK),
      );
      if (free === undefined) return false;
      const won = await this.#table.put(
        { ...free, labId, takenAt: now },
        { expression: 'attribute_not_exists(PK)' },
      );
      if (won) {
        await this.#dropSpares(owner, labId);
        return true;
      }
    }
    throw new SlipwayError('in_progress', 'the owner’s slots are being taken elsewhere: try again');
  }

  async slots(owner: string): Promise<{ labId: string; takenAt: number }[]> {
    const slots = await this.#slots(owner);
    return slots.map(({ labId, takenAt }) => ({ labId, takenAt }));
  }

  async freeSlot(owner: string, labId: string): Promise<void> {
    for (const slot of await this.#slots(owner)) {
      if (slot.labId === labId) await this.#free(owner, slot.SK, labId);
    }
  }

  async #slots(owner: string): Promise<z.infer<typeof Slot>[]> {
    const items = await this.#table.query({ partition: ownerPartition(owner) });
    return items.map((item) => readRecord(Slot, item, `a slot of ${owner}`));
  }

  /** Two runs for one lab can win a slot each when one is freed between their reads; the lowest stays. */
  async #dropSpares(owner: string, labId: string): Promise<void> {
    const own = (await this.#slots(owner)).filter((slot) => slot.labId === labId);
    for (const spare of own.slice(1)) await this.#free(owner, spare.SK, labId);
  }

  /** Only while it is still this lab's: it may have been freed and taken by another. */
  async #free(owner: string, sortKey: string, labId: string): Promise<void> {
    const key: ItemKey = { PK: ownerPartition(owner), SK: sortKey };
    await this.#table.delete(key, { expression: 'labId = :labId', values: { ':labId': labId } });
  }
}
