import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoTable } from './dynamo-table.ts';
import { lookKey } from './keys.ts';

/** When each lab is to be looked at again: an item of its own, small, because it is written at every look. */
export class DynamoLookStore {
  readonly #table: DynamoTable;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#table = new DynamoTable(client, tableName);
  }

  async claimLook(labId: string, at: number, now: number): Promise<boolean> {
    return await this.#table.put(
      { ...lookKey(labId), lookAt: at },
      {
        // One that is past was looked at, or its message is lost.
        expression: 'attribute_not_exists(lookAt) OR lookAt <= :now OR lookAt > :at',
        values: { ':now': now, ':at': at },
      },
    );
  }
}
