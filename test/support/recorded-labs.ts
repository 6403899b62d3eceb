import { join } from 'node:path';
import { createEmbeddedClient } from '../../shared/adapters/dynamo/client.ts';
import { DynamoLabStore } from '../../shared/adapters/dynamo/dynamo-lab-store.ts';
import { openEmbeddedDynamo } from '../../shared/adapters/local/embedded-dynamo.ts';
import { createLog } from '../../shared/core/log.ts';
import type { Lab } from '../../shared/lab/lab.ts';

/** The labs that a dead server left in its data directory. */
export async function readLabs(dataFolder: string): Promise<Lab[]> {
  const dynamo = await openEmbeddedDynamo({ path: join(dataFolder, 'records'), log: createLog('silent') });
  try {
    const store = new DynamoLabStore(createEmbeddedClient(dynamo.transport), 'slipway');
    return (await store.list({ limit: 100 })).items;
  } finally {
    await dynamo.close();
  }
}
