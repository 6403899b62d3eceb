import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoTable } from './dynamo-table.ts';
import { runKey } from './keys.ts';

/** Which process runs the reconciler over a lab or a class now: an item that is there while it does. */
export class DynamoRunStore {
  readonly #table: DynamoTable;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#table = new DynamoTable(client, tableName);
  }

  /**
   * Takes it for one run, unless another has it whose time is not over. Atomic.
   * @param until milliseconds since the epoch from which anybody may take it, should the holder never give it back.
   */
  async take(wakeId: string, holder: string, until: number, now: number): Promise<boolean> {
    return await this.#table.put(
      { ...runKey(wakeId), holder, heldUntil: until },
      { expression: 'attribute_not_exists(PK) OR heldUntil <= :now', values: { ':now': now } },
    );
  }

  /** Gives it back where it is still this holder's. */
  async giveBack(wakeId: string, holder: string): Promise<void> {
    await this.#table.delete(runKey(wakeId), {
      expression: 'holder = :holder',
      values: { ':holder': holder },
    });
  }
}
