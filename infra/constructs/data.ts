import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { TABLE } from '../../shared/adapters/dynamo/table.ts';

/**
 * The longest that KMS takes, seven years: each of the first two rotations raises the key's price by a dollar a month,
 * and the key itself never leaves KMS. docs/security.md says how to rotate it at once.
 */
const ROTATION_DAYS = 2560;

/** What the stores send, and nothing that makes or removes a table or reads it from end to end. */
const TABLE_ACTIONS = [
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:Query',
  'dynamodb:BatchGetItem',
  'dynamodb:BatchWriteItem',
];

/** The one table of records, in the shape that shared/adapters/dynamo/table.ts gives it, and the key of its secrets. */
export class Data extends Construct {
  readonly table: TableV2;
  readonly key: Key;
  readonly #deployment: string;

  constructor(scope: Construct, id: string, { deployment }: { deployment: string }) {
    super(scope, id);
    this.#deployment = deployment;
    this.table = new TableV2(this, 'Table', {
      ...keysOf(TABLE),
      globalSecondaryIndexes: TABLE.indexes.map((index) => ({
        indexName: index.name,
        ...keysOf(index),
        projectionType: ProjectionType.KEYS_ONLY,
      })),
      timeToLiveAttribute: TABLE.timeToLive,
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      deletionProtection: true,
      // The records name machines that run and cost: they outlive the stack, and the sweep can still tell whose they are.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.key = new Key(this, 'Key', {
      alias: `slipway-${deployment}`,
      description: `Seals the secrets of the Slipway deployment ${deployment}`,
      enableKeyRotation: true,
      rotationPeriod: Duration.days(ROTATION_DAYS),
      // Without it the records that stay have no secrets.
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** Read and write records; seal and open secrets of this deployment. */
  letUse({ grantPrincipal }: IGrantable): void {
    const { tableArn } = this.table;
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: TABLE_ACTIONS,
        resources: [tableArn, ...TABLE.indexes.map(({ name }) => `${tableArn}/index/${name}`)],
      }),
    );
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['kms:Encrypt', 'kms:Decrypt'],
        resources: [this.key.keyArn],
        conditions: { StringEquals: { 'kms:EncryptionContext:deployment': this.#deployment } },
      }),
    );
  }
}

function keysOf({ partitionKey, sortKey }: { partitionKey: string; sortKey: string }) {
  return {
    partitionKey: { name: partitionKey, type: AttributeType.STRING },
    sortKey: { name: sortKey, type: AttributeType.STRING },
  };
}
