import type { EC2Client } from '@aws-sdk/client-ec2';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../../../core/clock.ts';
import type { Log } from '../../../core/log.ts';
import type { Driver } from '../../../ports/driver.ts';
import { DynamoAdmissionStore } from '../../dynamo/dynamo-admission-store.ts';
import { DynamoPaceStore } from '../../dynamo/dynamo-pace-store.ts';
import { DynamoSettingsStore } from '../../dynamo/dynamo-settings-store.ts';
import { DynamoSightingStore } from '../../dynamo/dynamo-sighting-store.ts';
import { readUsage } from './account-usage.ts';
import { QuotaAdmission } from './admission.ts';
import type { AdmissionStore } from './admission-store.ts';
import { AmazonEc2Driver } from './amazonec2-driver.ts';
import type { FindImage } from './find-image.ts';
import { KeptLooks } from './kept-looks.ts';
import type { PaceStore } from './pace-store.ts';
import { LinePacer, type Pacer } from './pacer.ts';
import { recountUsage } from './recount.ts';
import type { AmazonEc2Settings } from './settings.ts';
import type { SightingStore } from './sighting-store.ts';
import { vcpusInUse } from './usage.ts';

export interface OpenAmazonEc2Options {
  /** Of `createEc2Client`. */
  ec2: EC2Client;
  dynamo: DynamoDBDocumentClient;
  /** Name of the table. */
  table: string;
  deployment: string;
  settings: AmazonEc2Settings;
  findImage: FindImage;
  clock: Clock;
  log: Log;
  watchEverySeconds?: number;
  /** In place of the paces that all processes share, for a run that shows what they are good for. */
  pacer?: Pacer;
}

/** The driver for many processes at once, and what their messages and sweeps ask of it. */
export interface AmazonEc2 {
  driver: Driver;
  /** For an event of EC2: its instance's lab, which will be looked at anew; undefined where it is none of ours. */
  labOfInstance(instanceId: string): Promise<string | undefined>;
  /** For the sweep: what runs in the account is counted anew, for admission. */
  recount(): Promise<void>;
}

/** Where processes leave word for each other. */
export interface AmazonEc2Stores {
  paces: PaceStore;
  sightings: SightingStore;
  holdings: AdmissionStore;
  account: Pick<DynamoSettingsStore, 'load' | 'save'>;
}

/** Composes the driver with its paces, admission and sightings over one table. Asks nobody yet. */
export function openAmazonEc2({ dynamo, table, ...options }: OpenAmazonEc2Options): AmazonEc2 {
  return composeAmazonEc2({
    ...options,
    stores: {
      paces: new DynamoPaceStore(dynamo, table),
      sightings: new DynamoSightingStore(dynamo, table),
      holdings: new DynamoAdmissionStore(dynamo, table),
      account: new DynamoSettingsStore(dynamo, table),
    },
  });
}

/** The same over other stores. */
export function composeAmazonEc2(
  options: Omit<OpenAmazonEc2Options, 'dynamo' | 'table'> & { stores: AmazonEc2Stores },
): AmazonEc2 {
  const { ec2, deployment, clock, log, stores } = options;
  const { sightings, holdings, account } = stores;
  const pacer = options.pacer ?? new LinePacer({ store: stores.paces, clock });
  const admission = new QuotaAdmission({ store: holdings, account: () => account.load(), clock, log });
  const looks = new KeptLooks({
    ec2,
    deployment,
    store: sightings,
    pacer,
    clock,
    onTold: (labId, instances, launchIsDone) => admission.keep(labId, vcpusInUse(instances), launchIsDone),
  });
  return {
    driver: new AmazonEc2Driver({ ...options, pacer, admission, looks, groupIds: sightings }),
    async labOfInstance(instanceId) {
      const labId = await sightings.labOfInstance(instanceId);
      if (labId !== undefined) await looks.doubt(labId);
      return labId;
    },
    async recount() {
      const askedAt = clock.now();
      const usage = await readUsage(ec2, deployment);
      const foreign = await recountUsage({ store: holdings, admission }, { ...usage, askedAt });
      await account.save({ foreign: { ...foreign, readAt: clock.now() } });
    },
  };
}
