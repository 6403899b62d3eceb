import type { Runs } from '../../functions/reconcile/one-at-a-time.ts';
import type { AmazonEc2Stores } from '../../shared/adapters/aws/ec2/open-driver.ts';
import { DynamoAdmissionStore } from '../../shared/adapters/dynamo/dynamo-admission-store.ts';
import { DynamoPaceStore } from '../../shared/adapters/dynamo/dynamo-pace-store.ts';
import { DynamoSettingsStore, type Learned } from '../../shared/adapters/dynamo/dynamo-settings-store.ts';
import { DynamoSightingStore } from '../../shared/adapters/dynamo/dynamo-sighting-store.ts';
import { openEmbedded } from './embedded-stores.ts';
import { MemoryAdmissionStore } from './memory-admission-store.ts';
import { MemoryPaceStore } from './memory-pace-store.ts';
import { MemorySightingStore } from './memory-sighting-store.ts';

interface Opened {
  stores: AmazonEc2Stores;
  close(): Promise<void>;
}

/** What the driver's processes share, in an embedded table as on AWS. */
export async function openTableStores(): Promise<Opened> {
  const { client, table, close } = await openEmbedded();
  const stores = {
    paces: new DynamoPaceStore(client, table),
    sightings: new DynamoSightingStore(client, table),
    holdings: new DynamoAdmissionStore(client, table),
    account: new DynamoSettingsStore(client, table),
  };
  return { stores, close };
}

/** The same in memory. */
export async function openMemoryStores(): Promise<Opened> {
  let learned: Learned = {};
  const stores = {
    paces: new MemoryPaceStore(),
    sightings: new MemorySightingStore(),
    holdings: new MemoryAdmissionStore(),
    account: {
      load: async () => learned,
      save: async (part: Partial<Learned>) => {
        learned = { ...learned, ...part };
      },
    },
  };
  return { stores, close: async () => {} };
}

/** As DynamoRunStore keeps it. */
export function memoryRuns(): Runs {
  const taken = new Map<string, { holder: string; until: number }>();
  return {
    async take(labId, holder, until, now) {
      if ((taken.get(labId)?.until ?? 0) > now) return false;
      taken.set(labId, { holder, until });
      return true;
    },
    async giveBack(labId, holder) {
      if (taken.get(labId)?.holder === holder) taken.delete(labId);
    },
  };
}
