import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { Sighting, SightingStore } from '../aws/ec2/sighting-store.ts';
import { DynamoTable } from './dynamo-table.ts';
import { type ItemKey, labPartition } from './keys.ts';
import { readRecord } from './record.ts';

const Instance = z.object({
  id: z.string(),
  labId: z.string(),
  name: z.string(),
  attempt: z.number(),
  launch: z.string(),
  state: z.enum(['pending', 'running', 'stopping', 'stopped', 'shutting-down']),
  type: z.string(),
  market: z.enum(['on-demand', 'spot']),
  privateAddress: z.string(),
  address: z.string().optional(),
});

const Kept = z.object({
  version: z.number(),
  instances: z.array(Instance),
  toldAt: z.number(),
  lookAt: z.number(),
  launchedAt: z.number(),
  movedAt: z.number(),
  isDoubtful: z.boolean(),
});

/** Of a lab whose record is gone nobody takes it away; records are kept for 90 days. */
const FORGET_SECONDS = 100 * 86_400;

export class DynamoSightingStore implements SightingStore {
  readonly #table: DynamoTable;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#table = new DynamoTable(client, tableName);
  }

  async load(labId: string): Promise<Sighting | undefined> {
    const item = await this.#table.get(sightingKey(labId));
    if (item === undefined) return undefined;
    const { instances, ...rest } = readRecord(Kept, item, `what EC2 told of lab ${labId}`);
    return {
      ...rest,
      instances: instances.map(({ address, ...one }) => ({
        ...one,
        ...(address === undefined ? {} : { address }),
      })),
    };
  }

  async save(labId: string, sighting: Sighting): Promise<boolean> {
    const forgetAtSeconds = Math.ceil(sighting.lookAt / 1000) + FORGET_SECONDS;
    return await this.#table.put(
      { ...sightingKey(labId), ...sighting, forgetAtSeconds },
      sighting.version === 1
        ? { expression: 'attribute_not_exists(PK)' }
        : { expression: 'version = :before', values: { ':before': sighting.version - 1 } },
    );
  }

  async groupOf(labId: string): Promise<string | undefined> {
    const item = await this.#table.get(groupKey(labId));
    return item === undefined
      ? undefined
      : readRecord(z.object({ groupId: z.string() }), item, `the security group of lab ${labId}`).groupId;
  }

  async keepGroup(labId: string, groupId: string): Promise<void> {
    await this.#table.put({ ...groupKey(labId), groupId });
  }

  async forgetGroup(labId: string): Promise<void> {
    await this.#table.delete(groupKey(labId));
  }

  async claimInstances(labId: string, instanceIds: string[], forgetAt?: number): Promise<void> {
    const rest = forgetAt === undefined ? {} : { forgetAtSeconds: Math.ceil(forgetAt / 1000) };
    await this.#table.putAll(instanceIds.map((id) => ({ ...instanceKey(id), labId, ...rest })));
  }

  async labOfInstance(instanceId: string): Promise<string | undefined> {
    const item = await this.#table.get(instanceKey(instanceId));
    return item === undefined
      ? undefined
      : readRecord(z.object({ labId: z.string() }), item, `the lab of ${instanceId}`).labId;
  }
}

/** Both sort after the lab and its machines, so that no load of a lab reads them, and go with the lab. */
function sightingKey(labId: string): ItemKey {
  return { PK: labPartition(labId), SK: 'SIGHTING' };
}

function groupKey(labId: string): ItemKey {
  return { PK: labPartition(labId), SK: 'SECURITY-GROUP' };
}

function instanceKey(instanceId: string): ItemKey {
  return { PK: `INSTANCE#${instanceId}`, SK: 'INSTANCE' };
}
