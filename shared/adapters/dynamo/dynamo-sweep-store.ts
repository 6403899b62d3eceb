import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { SweepStore } from '../../ports/store.ts';
import { DynamoTable } from './dynamo-table.ts';
import { readRecord } from './record.ts';

const Marks = z.object({ marks: z.record(z.string(), z.number()) });

/** All marks in one item: a mark is some 50 bytes, and an item holds 400 KB of them. */
const MARKS_KEY = { PK: 'SWEEP', SK: 'MARKS' };

export class DynamoSweepStore implements SweepStore {
  readonly #table: DynamoTable;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#table = new DynamoTable(client, tableName);
  }

  async marks(): Promise<Record<string, number>> {
    const item = await this.#table.get(MARKS_KEY);
    return item === undefined ? {} : readRecord(Marks, item, 'the sweep’s marks').marks;
  }

  async saveMarks(marks: Record<string, number>): Promise<void> {
    await this.#table.put({ ...MARKS_KEY, marks });
  }
}
