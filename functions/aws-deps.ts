import { createAwsClient } from '../shared/adapters/dynamo/client.ts';
import { DynamoLabStore } from '../shared/adapters/dynamo/dynamo-lab-store.ts';
import { DynamoLookStore } from '../shared/adapters/dynamo/dynamo-look-store.ts';
import { DynamoRequestStore } from '../shared/adapters/dynamo/dynamo-request-store.ts';
import { DynamoSecretStore } from '../shared/adapters/dynamo/dynamo-secret-store.ts';
import { DynamoStackStore } from '../shared/adapters/dynamo/dynamo-stack-store.ts';
import { DynamoSweepStore } from '../shared/adapters/dynamo/dynamo-sweep-store.ts';
import { type Clock, systemClock } from '../shared/core/clock.ts';
import { quietSdk } from '../shared/core/config.ts';
import { createLog } from '../shared/core/log.ts';
import type { ClassStore } from '../shared/ports/class-store.ts';
import type { Deps } from '../shared/ports/deps.ts';
import type { Changes, Queue } from '../shared/ports/queue.ts';
import type { Sealer } from '../shared/ports/store.ts';
import { type AwsConfig, policyOf } from './aws-policy.ts';
import { late } from './late-parts.ts';

/** What every function stands on, whatever it does. */
export type AwsDeps = Omit<Deps, 'catalogue' | 'driver' | 'engines' | 'issuer'> & {
  /** For stores that one function alone has. */
  dynamo: ReturnType<typeof createAwsClient>;
};

/** On Lambda nobody waits for news: an answer is given at once. */
const nobodyWaits: Changes = { publish: () => undefined, next: () => Promise.resolve() };

/** Composes records, queue and secrets; makes clients and asks nobody yet. */
export function createAwsDeps(
  config: AwsConfig,
  environment: NodeJS.ProcessEnv,
  clock: Clock = systemClock,
): AwsDeps {
  quietSdk(environment);
  const table = config.SLIPWAY_TABLE;
  const region = environment.AWS_REGION ?? '';
  const policy = policyOf(config, region);
  const dynamo = createAwsClient(region);
  return {
    clock,
    log: createLog(config.SLIPWAY_LOG_LEVEL),
    policy,
    dynamo,
    labs: new DynamoLabStore(dynamo, table),
    classes: late<ClassStore>(async () => {
      const { DynamoClassStore } = await import('../shared/adapters/dynamo/dynamo-class-store.ts');
      return new DynamoClassStore(dynamo, table);
    }),
    stacks: new DynamoStackStore(dynamo, table),
    secrets: new DynamoSecretStore(dynamo, table),
    requests: new DynamoRequestStore(dynamo, table),
    sweeps: new DynamoSweepStore(dynamo, table),
    sealer: late<Sealer>(async () => {
      const [{ KmsSealer }, { createKmsClient }] = await Promise.all([
        import('../shared/adapters/aws/kms-sealer.ts'),
        import('../shared/adapters/aws/kms-client.ts'),
      ]);
      return new KmsSealer(createKmsClient(), {
        keyId: config.SLIPWAY_KEY_ARN,
        deployment: policy.deployment,
      });
    }),
    queue: late<Queue>(async () => {
      const [{ SqsQueue }, { createSqsClient }] = await Promise.all([
        import('../shared/adapters/aws/sqs-queue.ts'),
        import('../shared/adapters/aws/sqs-client.ts'),
      ]);
      const looks = new DynamoLookStore(dynamo, table);
      return new SqsQueue({ sqs: createSqsClient(), queueUrl: config.SLIPWAY_QUEUE_URL, looks, clock });
    }),
    changes: nobodyWaits,
    account: async () => {
      const [{ readAccountRoom }, { DynamoAdmissionStore }, { DynamoSettingsStore }] = await Promise.all([
        import('../shared/adapters/aws/ec2/account-room.ts'),
        import('../shared/adapters/dynamo/dynamo-admission-store.ts'),
        import('../shared/adapters/dynamo/dynamo-settings-store.ts'),
      ]);
      return await readAccountRoom({
        account: new DynamoSettingsStore(dynamo, table),
        holdings: new DynamoAdmissionStore(dynamo, table),
        vcpus: policy.machine?.vcpus,
        addresses: 'SLIPWAY_HOST_ADDRESSES' in config ? config.SLIPWAY_HOST_ADDRESSES : undefined,
      });
    },
  };
}
