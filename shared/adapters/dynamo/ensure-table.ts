import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  type KeySchemaElement,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isSlipwayError, SlipwayError } from '../../core/errors.ts';
import { storeErrorOf } from './dynamo-errors.ts';
import { keyAttributes, TABLE } from './table.ts';

/** A table of ours is ready at once in the embedded store; DynamoDB takes some ten seconds. */
const READY_WITHIN_MILLISECONDS = 60_000;

/**
 * Makes the table where it is absent and returns once it can be used.
 * @throws SlipwayError `store_unavailable` where a table of another shape is in its place.
 */
export async function ensureTable(client: DynamoDBDocumentClient, name: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MILLISECONDS;
  let pauseMilliseconds = 5;
  let found = (await describe(client, name)) ?? (await make(client, name));
  while (found?.TableStatus !== 'ACTIVE') {
    if (Date.now() > deadline) {
      throw new SlipwayError('store_unavailable', `table ${name} is still ${found?.TableStatus} after 60 s`);
    }
    await sleep(pauseMilliseconds);
    pauseMilliseconds = Math.min(pauseMilliseconds * 2, 1_000);
    found = await describe(client, name);
  }
  const [wanted, present] = [shapeOf(tableInput(name)), shapeOf(found)];
  if (wanted !== present) {
    throw new SlipwayError(
      'store_unavailable',
      `table ${name} has another shape than this version’s: it was made by another version of Slipway. ` +
        `Use that version, or another data directory or table. Wanted ${wanted}, found ${present}`,
      { retryable: false },
    );
  }
}

async function describe(client: DynamoDBDocumentClient, name: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw storeErrorOf(error);
  }
}

async function make(client: DynamoDBDocumentClient, name: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new CreateTableCommand(tableInput(name)))).TableDescription;
  } catch (error) {
    // Someone else was quicker: theirs is awaited.
    if (error instanceof Error && error.name === 'ResourceInUseException') return undefined;
    throw isSlipwayError(error) ? error : storeErrorOf(error);
  }
}

function tableInput(name: string) {
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST' as const,
    AttributeDefinitions: keyAttributes().map((attribute) => ({
      AttributeName: attribute,
      AttributeType: 'S' as const,
    })),
    KeySchema: keySchema(TABLE),
    GlobalSecondaryIndexes: TABLE.indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: keySchema(index),
      Projection: { ProjectionType: 'KEYS_ONLY' as const },
    })),
  };
}

function keySchema(keys: { partitionKey: string; sortKey: string }) {
  return [
    { AttributeName: keys.partitionKey, KeyType: 'HASH' as const },
    { AttributeName: keys.sortKey, KeyType: 'RANGE' as const },
  ];
}

/** Keys and indexes as one line, in no particular order of the indexes. */
function shapeOf(table: Pick<TableDescription, 'KeySchema' | 'GlobalSecondaryIndexes'>): string {
  const keys = (schema: KeySchemaElement[] = []) => schema.map((key) => key.AttributeName).join('/');
  const indexes = (table.GlobalSecondaryIndexes ?? []).map(
    (index) => `${index.IndexName}:${keys(index.KeySchema)}:${index.Projection?.ProjectionType}`,
  );
  return [keys(table.KeySchema), ...indexes.sort()].join(' ');
}
