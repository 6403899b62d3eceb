import { createQuotasClient, createSsmClient } from '../../shared/adapters/aws/account-clients.ts';
import { findImages } from '../../shared/adapters/aws/ec2/find-image.ts';
import { readQuotas } from '../../shared/adapters/aws/ec2/quotas.ts';
import { SecureParameter } from '../../shared/adapters/aws/secure-parameter.ts';
import { createSqsClient } from '../../shared/adapters/aws/sqs-client.ts';
import { sendTask } from '../../shared/adapters/aws/task-queue.ts';
import { DynamoSettingsStore } from '../../shared/adapters/dynamo/dynamo-settings-store.ts';
import { readSettings } from '../../shared/core/config.ts';
import { TickConfig } from '../../shared/core/function-config.ts';
import { createAwsDeps } from '../aws-deps.ts';
import { createTickHandler } from './create-handler.ts';
import type { Chores } from './hourly.ts';
import { keepOperatorKey } from './keep-operator-key.ts';
import { learnImages } from './learn-images.ts';
import { readIssuerKeys } from './read-issuer-keys.ts';

const config = readSettings(TickConfig, process.env);
const deps = createAwsDeps(config, process.env);
const { clock, log } = deps;
const settings = new DynamoSettingsStore(deps.dynamo, config.SLIPWAY_TABLE);
const ssm = createSsmClient();
const sqs = createSqsClient();
const quotasClient = createQuotasClient();
const operatorKey = new SecureParameter(ssm, config.SLIPWAY_OPERATOR_KEY_PARAMETER);
const findImage = findImages({
  ssm,
  names: { x86_64: config.SLIPWAY_IMAGE_X86_64, arm64: config.SLIPWAY_IMAGE_ARM64 },
  clock,
});

const chores: Chores = {
  images: () => learnImages(settings, findImage),
  quotas: async () => {
    await settings.save({ quotas: { ...(await readQuotas(quotasClient)), readAt: clock.now() } });
  },
  operatorKey: async () => log.info(`the operator's key: ${await keepOperatorKey(deps, operatorKey)}`),
};
const { SLIPWAY_OIDC_ISSUER: issuer } = config;
if (issuer !== undefined) {
  chores.issuerKeys = async () => settings.save({ oidcKeys: await readIssuerKeys(issuer) });
}

export const handler = createTickHandler(deps, {
  sendSweep: () => sendTask(sqs, config.SLIPWAY_QUEUE_URL, 'sweep'),
  chores,
});
