import { createAwsClient } from '../shared/adapters/dynamo/client.ts';
import { DynamoLabStore } from '../shared/adapters/dynamo/dynamo-lab-store.ts';
import { DynamoLookStore } from '../shared/adapters/dynamo/dynamo-look-store.ts';
import { DynamoRequestStore } from '../shared/adapters/dynamo/dynamo-request-store.ts';
import { DynamoSecretStore } from '../shared/adapters/dynamo/dynamo-secret-store.ts';
import { DynamoStackStore } from '../shared/adapters/dynamo/dynamo-stack-store.ts';
import { DynamoSweepStore } from '../shared/adapters/dynamo/dynamo-sweep-store.ts';
import { type Clock, systemClock } from '../shared/core/clock.ts';
import { quietSdk } from '../shared/core/config.ts';
import type { ApiConfig, ReconcileConfig, TickConfig } from '../shared/core/function-config.ts';
import { createLog } from '../shared/core/log.ts';
import type { Deps, Policy } from '../shared/ports/deps.ts';
import type { Changes } from '../shared/ports/queue.ts';
import { lateQueue, lateSealer } from './late-parts.ts';

export type AwsConfig = ApiConfig | ReconcileConfig | TickConfig;

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
  const policy = policyOf(config);
  const dynamo = createAwsClient(environment.AWS_REGION ?? '');
  return {
    clock,
    log: createLog(config.SLIPWAY_LOG_LEVEL),
    policy,
    dynamo,
    labs: new DynamoLabStore(dynamo, table),
    stacks: new DynamoStackStore(dynamo, table),
    secrets: new DynamoSecretStore(dynamo, table),
    requests: new DynamoRequestStore(dynamo, table),
    sweeps: new DynamoSweepStore(dynamo, table),
    sealer: lateSealer(async () => {
      const [{ KmsSealer }, { createKmsClient }] = await Promise.all([
        import('../shared/adapters/aws/kms-sealer.ts'),
        import('../shared/adapters/aws/kms-client.ts'),
      ]);
      return new KmsSealer(createKmsClient(), {
        keyId: config.SLIPWAY_KEY_ARN,
        deployment: policy.deployment,
      });
    }),
    queue: lateQueue(async () => {
      const [{ SqsQueue }, { createSqsClient }] = await Promise.all([
        import('../shared/adapters/aws/sqs-queue.ts'),
        import('../shared/adapters/aws/sqs-client.ts'),
      ]);
      const looks = new DynamoLookStore(dynamo, table);
      return new SqsQueue({ sqs: createSqsClient(), queueUrl: config.SLIPWAY_QUEUE_URL, looks, clock });
    }),
    changes: nobodyWaits,
  };
}

function policyOf(config: AwsConfig): Policy {
  // Only reconcile asks for these, and it has them all.
  const {
    SLIPWAY_OBSERVE_SECONDS: observeSeconds = 0,
    SLIPWAY_READY_WITHIN_SECONDS: readyWithinSeconds = 0,
    SLIPWAY_SWEEP_GRACE_SECONDS: sweepGraceSeconds = 0,
  } = config as Partial<ReconcileConfig>;
  return {
    deployment: config.SLIPWAY_DEPLOYMENT,
    defaultHours: config.SLIPWAY_DEFAULT_HOURS,
    maximumDays: config.SLIPWAY_MAXIMUM_DAYS,
    labsPerStudent: config.SLIPWAY_LABS_PER_STUDENT,
    warningMinutes: [30, 5],
    observeSeconds,
    readyWithinSeconds,
    convergeWithinSeconds: config.SLIPWAY_CONVERGE_WITHIN_SECONDS,
    recordDays: 90,
    sweepGraceSeconds,
  };
}
