import { CALL_LIMITS } from '../shared/adapters/aws/ec2/call-limits.ts';
import { memoryMiBOf, vcpusOf } from '../shared/adapters/aws/ec2/instance-type.ts';
import { priceTableOf } from '../shared/class/price-tables.ts';
import type { ApiConfig } from '../shared/core/api-config.ts';
import { commonPolicy } from '../shared/core/config.ts';
import type { ReconcileConfig, TickConfig } from '../shared/core/function-config.ts';
import type { Policy } from '../shared/ports/deps.ts';

export type AwsConfig = ApiConfig | ReconcileConfig | TickConfig;

/**
 * What the deployment is set to.
 * @param region whose prices count
 * @throws SlipwayError `invalid_input` where the prices cannot be read.
 */
export function policyOf(config: AwsConfig, region: string): Policy {
  // Only reconcile asks for these, and it has them all.
  const {
    SLIPWAY_OBSERVE_SECONDS: observeSeconds = 0,
    SLIPWAY_READY_WITHIN_SECONDS: readyWithinSeconds = 0,
    SLIPWAY_SWEEP_GRACE_SECONDS: sweepGraceSeconds = 0,
  } = config as Partial<ReconcileConfig>;
  return {
    ...commonPolicy(config),
    observeSeconds,
    readyWithinSeconds,
    readySeconds: config.SLIPWAY_READY_SECONDS,
    spareSeconds: config.SLIPWAY_SPARE_SECONDS,
    sweepGraceSeconds,
    launchPace: launchPace(),
    // `tick` reckons with no class, and is not told.
    ...('SLIPWAY_INSTANCE_TYPES' in config ? machinesOf(config, region) : {}),
  };
}

function launchPace(): NonNullable<Policy['launchPace']> {
  const { requests, instances = requests } = CALL_LIMITS.RunInstances;
  return {
    requests: { burst: requests.tokens, perSecond: requests.perSecond },
    machines: { burst: instances.tokens, perSecond: instances.perSecond },
  };
}

/** Machines as they are while the first type is to be had. */
function machinesOf(
  config: Pick<ApiConfig, 'SLIPWAY_INSTANCE_TYPES' | 'SLIPWAY_DISK_GB' | 'SLIPWAY_PRICES'>,
  region: string,
): Pick<Policy, 'machine' | 'prices'> {
  const [type = ''] = config.SLIPWAY_INSTANCE_TYPES;
  const [vcpus, memoryMiB] = [vcpusOf(type), memoryMiBOf(type)];
  const prices = priceTableOf(region, config.SLIPWAY_PRICES);
  return {
    ...(vcpus === undefined || memoryMiB === undefined
      ? {}
      : { machine: { type, vcpus, memoryMiB, diskGigabytes: config.SLIPWAY_DISK_GB } }),
    ...(prices === undefined ? {} : { prices }),
  };
}
