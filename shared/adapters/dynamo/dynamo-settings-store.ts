import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { DynamoTable } from './dynamo-table.ts';
import { readRecord } from './record.ts';

const Quotas = z.object({
  onDemandVcpus: z.number(),
  spotVcpus: z.number(),
  securityGroups: z.number(),
  /** Milliseconds since the epoch. */
  readAt: z.number(),
});

/** What was learned of the account, for functions that cannot ask for themselves. */
const Learned = z.object({
  /** AMI ids by architecture. */
  images: z.object({ x86_64: z.string().optional(), arm64: z.string().optional() }).optional(),
  /** What the account may have at once. */
  quotas: Quotas.optional(),
  /** What others than this deployment use of it. */
  foreign: Quotas.optional(),
  /** JSON Web Key Set of the OIDC issuer, as it gave it. */
  oidcKeys: z.string().optional(),
});
export type Learned = z.infer<typeof Learned>;

const SETTINGS_KEY = { PK: 'SETTINGS', SK: 'LEARNED' };

/** One item: `tick` writes images, quotas and keys, the sweep what others use; api and reconcile read it. */
export class DynamoSettingsStore {
  readonly #table: DynamoTable;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#table = new DynamoTable(client, tableName);
  }

  async load(): Promise<Learned> {
    const item = await this.#table.get(SETTINGS_KEY);
    return item === undefined ? {} : readRecord(Learned, item, 'what was learned of the account');
  }

  /** Writes these and leaves the others as they are. */
  async save(part: Partial<Learned>): Promise<void> {
    await this.#table.update(SETTINGS_KEY, part);
  }
}
