import { CreateTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { createEmbeddedClient } from '../../../shared/adapters/dynamo/client.ts';
import { ensureTable } from '../../../shared/adapters/dynamo/ensure-table.ts';
import { keyAttributes, TABLE } from '../../../shared/adapters/dynamo/table.ts';
import { openEmbeddedDynamo } from '../../../shared/adapters/local/embedded-dynamo.ts';
import { createLog } from '../../../shared/core/log.ts';
import { dynamoError, scriptedTransport } from '../../support/scripted-transport.ts';

async function anEmptyClient() {
  return createEmbeddedClient((await openEmbeddedDynamo({ log: createLog('silent') })).transport);
}

describe('making sure of the table', () => {
  test('makes it as the table’s data has it, ready to use, and finds it the next time', async () => {
    const client = await anEmptyClient();
    await ensureTable(client, 'slipway');
    await ensureTable(client, 'slipway');
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'slipway' }));
    expect(Table?.TableStatus).toBe('ACTIVE');
    expect(Table?.KeySchema?.map((key) => key.AttributeName)).toEqual([TABLE.partitionKey, TABLE.sortKey]);
    expect(Table?.AttributeDefinitions?.map((attribute) => attribute.AttributeName).sort()).toEqual(
      keyAttributes().sort(),
    );
    const indexes = (Table?.GlobalSecondaryIndexes ?? []).map((index) => ({
      name: index.IndexName,
      partitionKey: index.KeySchema?.[0]?.AttributeName,
      sortKey: index.KeySchema?.[1]?.AttributeName,
    }));
    expect(indexes).toEqual(expect.arrayContaining([...TABLE.indexes]));
  });

  test('several that make it at once all find it ready', async () => {
    const client = await anEmptyClient();
    const made = Array.from({ length: 4 }, () => ensureTable(client, 'slipway'));
    await expect(Promise.all(made)).resolves.toHaveLength(4);
  });

  test('refuses one of another shape in its place, saying which', async () => {
    const client = await anEmptyClient();
    await client.send(
      new CreateTableCommand({
        TableName: 'slipway',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
    await expect(ensureTable(client, 'slipway')).rejects.toMatchObject({
      code: 'store_unavailable',
      retryable: false,
      message: expect.stringMatching(/another version of Slipway.*found id$/),
    });
  });

  test.each(['DescribeTable', 'CreateTable'])(
    'a refused %s is told as the store’s error',
    async (refused) => {
      const { transport } = scriptedTransport((operation) =>
        operation === refused
          ? dynamoError('AccessDeniedException', 'no')
          : dynamoError('ResourceNotFoundException', 'no such table'),
      );
      await expect(ensureTable(createEmbeddedClient(transport), 'slipway')).rejects.toMatchObject({
        code: 'store_unavailable',
        message: expect.stringContaining('compare its policy'),
      });
    },
  );
});
