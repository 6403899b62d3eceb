import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { TABLE } from '../../shared/adapters/dynamo/table.ts';
import { openEmbedded } from '../support/embedded-stores.ts';
import { synthesize } from './synthesized.ts';

const template = synthesize();
const [table] = Object.values(template.findResources('AWS::DynamoDB::GlobalTable'));

type Named = { AttributeName?: string | undefined };
const byName = (a: Named, b: Named) => (a.AttributeName ?? '').localeCompare(b.AttributeName ?? '');

interface Index {
  IndexName?: string | undefined;
  KeySchema?: unknown;
  Projection?: unknown;
}

describe('the table on AWS', () => {
  test('is the one on one machine, key by key and index by index', async () => {
    const { client, table: name } = await openEmbedded();
    const { Table: local } = await client.send(new DescribeTableCommand({ TableName: name }));
    const aws = table?.Properties;
    expect(aws.KeySchema).toEqual(local?.KeySchema);
    expect([...aws.AttributeDefinitions].sort(byName)).toEqual(
      [...(local?.AttributeDefinitions ?? [])].sort(byName),
    );
    const shapeOf = (indexes: Index[]) =>
      indexes
        .map(({ IndexName, KeySchema, Projection }) => ({ IndexName, KeySchema, Projection }))
        .sort((a, b) => (a.IndexName ?? '').localeCompare(b.IndexName ?? ''));
    expect(shapeOf(aws.GlobalSecondaryIndexes)).toEqual(shapeOf(local?.GlobalSecondaryIndexes ?? []));
    expect(aws.GlobalSecondaryIndexes).toHaveLength(TABLE.indexes.length);
  });

  test('is paid by request, can be put back to any second, and forgets requests by their time', () => {
    template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: TABLE.timeToLive, Enabled: true },
      Replicas: [
        Match.objectLike({
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          DeletionProtectionEnabled: true,
        }),
      ],
    });
  });
});
