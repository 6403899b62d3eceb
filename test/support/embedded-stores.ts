import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createEmbeddedClient, type DynamoTransport } from '../../shared/adapters/dynamo/client.ts';
import { ensureTable } from '../../shared/adapters/dynamo/ensure-table.ts';
import { openEmbeddedDynamo } from '../../shared/adapters/local/embedded-dynamo.ts';
import { createLog } from '../../shared/core/log.ts';

/**
 * A DynamoDB client over an embedded store, its table made.
 * @param options.path on disk; without it, in memory.
 * @param options.over wraps the store's transport.
 */
export async function openEmbedded(
  options: { path?: string; over?: (transport: DynamoTransport) => DynamoTransport } = {},
): Promise<{ client: DynamoDBDocumentClient; table: string; close(): Promise<void> }> {
  const { path, over = (transport) => transport } = options;
  const embedded = await openEmbeddedDynamo({
    log: createLog('silent'),
    ...(path === undefined ? {} : { path }),
  });
  const client = createEmbeddedClient(over(embedded.transport));
  const table = 'slipway';
  await ensureTable(client, table);
  return { client, table, close: () => embedded.close() };
}

/** Opens an empty store in memory for one contract test. */
export async function emptyStore<Store>(
  Adapter: new (client: DynamoDBDocumentClient, table: string) => Store,
  over?: (transport: DynamoTransport) => DynamoTransport,
): Promise<Store> {
  const { client, table } = await openEmbedded(over === undefined ? {} : { over });
  return new Adapter(client, table);
}
