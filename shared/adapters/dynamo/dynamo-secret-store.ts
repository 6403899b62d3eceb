import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { SlipwayError } from '../../core/errors.ts';
import type { SecretPurpose, SecretStore } from '../../ports/store.ts';
import { DynamoTable } from './dynamo-table.ts';
import { type ItemKey, secretPartition } from './keys.ts';
import { readRecord } from './record.ts';

const Secret = z.object({ sealed: z.string().min(1) });

/** A partition per scope, apart from the lab's records, so that a policy can keep a role away from every secret. */
export class DynamoSecretStore implements SecretStore {
  readonly #table: DynamoTable;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#table = new DynamoTable(client, tableName);
  }

  async putIfAbsent(scope: string, purpose: SecretPurpose, sealed: string): Promise<string> {
    const key = { PK: secretPartition(scope), SK: purpose };
    if (await this.#table.put({ ...key, sealed }, { expression: 'attribute_not_exists(PK)' })) return sealed;
    const kept = await this.get(scope, purpose);
    if (kept !== undefined) return kept;
    throw new SlipwayError(
      'version_conflict',
      `the ${purpose} secret of ${scope} was removed meanwhile: try again`,
    );
  }

  async get(scope: string, purpose: SecretPurpose): Promise<string | undefined> {
    const item = await this.#table.get({ PK: secretPartition(scope), SK: purpose });
    return item && readRecord(Secret, item, `the ${purpose} secret of ${scope}`).sealed;
  }

  async replace(scope: string, purpose: SecretPurpose, before: string, sealed: string): Promise<boolean> {
    return await this.#table.put(
      { PK: secretPartition(scope), SK: purpose, sealed },
      { expression: 'sealed = :before', values: { ':before': before } },
    );
  }

  async remove(scope: string): Promise<void> {
    const items = await this.#table.query({ partition: secretPartition(scope) });
    await this.#table.deleteAll(items.map(({ PK, SK }) => ({ PK, SK }) as ItemKey));
  }
}
