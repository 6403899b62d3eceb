import { createEc2Client } from '../../shared/adapters/aws/ec2/ec2-client.ts';
import { openAmazonEc2 } from '../../shared/adapters/aws/ec2/open-driver.ts';
import { DynamoRunStore } from '../../shared/adapters/dynamo/dynamo-run-store.ts';
import { DynamoSettingsStore } from '../../shared/adapters/dynamo/dynamo-settings-store.ts';
import { EngineConnector } from '../../shared/adapters/engine/engine-connector.ts';
import { readSettings } from '../../shared/core/config.ts';
import { ReconcileConfig } from '../../shared/core/function-config.ts';
import { createEngineAccess } from '../../shared/engine/engine-access.ts';
import type { Deps } from '../../shared/ports/deps.ts';
import { reconcile } from '../../shared/reconcile/reconcile.ts';
import { createAwsDeps } from '../aws-deps.ts';
import { PACKED_CATALOGUE, readPackedCatalogue } from '../packed-catalogue.ts';
import { createReconcileHandler } from './create-handler.ts';
import { ec2SettingsOf } from './ec2-settings.ts';
import { learnedImage } from './learned-image.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { sweepAccount } from './sweep-account.ts';

const config = readSettings(ReconcileConfig, process.env);
const aws = createAwsDeps(config, process.env);
const { dynamo, clock, log, policy } = aws;
const settings = new DynamoSettingsStore(dynamo, config.SLIPWAY_TABLE);
const { driver, labOfInstance, recount } = openAmazonEc2({
  ec2: createEc2Client({
    region: process.env.AWS_REGION ?? '',
    dualStack: process.env.AWS_USE_DUALSTACK_ENDPOINT === 'true',
  }),
  dynamo,
  table: config.SLIPWAY_TABLE,
  deployment: policy.deployment,
  settings: ec2SettingsOf(config),
  findImage: learnedImage(settings),
  clock,
  log,
});
const deps: Deps = {
  ...aws,
  driver,
  catalogue: readPackedCatalogue(new URL(PACKED_CATALOGUE, import.meta.url)),
  engines: createEngineAccess({ ...aws, connector: new EngineConnector() }),
};

export const handler = createReconcileHandler({
  log,
  reconcile: oneAtATime({ ...aws, runs: new DynamoRunStore(dynamo, config.SLIPWAY_TABLE) }, (wakeId) =>
    reconcile(deps, wakeId),
  ),
  labOfInstance,
  sweep: () => sweepAccount(deps, recount),
  checkHealth: async () => void (await settings.load()),
});
