import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { SlipwayError } from '../../core/errors.ts';
import type { StackStore } from '../../ports/store.ts';
import { DynamoTable } from './dynamo-table.ts';
import { stackKey } from './keys.ts';

/** An item has at most 400 KB, names of attributes and keys included. */
const MOST_BYTES = 380_000;

export class DynamoStackStore implements StackStore {
  readonly #table: DynamoTable;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#table = new DynamoTable(client, tableName);
  }

  async put(labId: string, sourceId: string, sealed: Uint8Array): Promise<void> {
    if (sealed.length > MOST_BYTES) {
      throw new SlipwayError(
        'too_large',
        `a stack's files are ${sealed.length} bytes, and ${MOST_BYTES} is the most`,
      );
    }
    await this.#table.put({ ...stackKey(labId, sourceId), sealed });
  }

  async get(labId: string, sourceId: string): Promise<Uint8Array | undefined> {
    const item = await this.#table.get(stackKey(labId, sourceId));
    return item?.sealed instanceof Uint8Array ? item.sealed : undefined;
  }

  async remove(labId: string, sourceId: string): Promise<void> {
    await this.#table.delete(stackKey(labId, sourceId));
  }
}
