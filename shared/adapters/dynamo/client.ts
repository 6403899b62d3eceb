import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** What carries requests to DynamoDB: HTTPS on AWS, the embedded store's own on one machine. */
export type DynamoTransport = NonNullable<DynamoDBClientConfig['requestHandler']>;

const SHARED: DynamoDBClientConfig = {
  /** The first try and two more. */
  maxAttempts: 3,
  retryMode: 'standard',
  /** The table is reached through the gateway endpoint, which is IPv4 only. */
  useDualstackEndpoint: false,
};

/** DynamoDB on AWS. The SDK's handler has no timeouts of its own: a lost packet would take the whole invocation. */
export function createAwsClient(region: string): DynamoDBDocumentClient {
  return documentsOf({
    ...SHARED,
    region,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, httpsAgent: { keepAlive: true } },
  });
}

/** DynamoDB inside this process: no network, no account, and nothing read from the user's AWS settings. */
export function createEmbeddedClient(transport: DynamoTransport): DynamoDBDocumentClient {
  return documentsOf({
    ...SHARED,
    requestHandler: transport,
    region: 'local',
    endpoint: 'http://embedded.invalid',
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
    accountIdEndpointMode: 'disabled',
    useFipsEndpoint: false,
  });
}

function documentsOf(config: DynamoDBClientConfig): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(config), {
    marshallOptions: { removeUndefinedValues: true },
  });
}
