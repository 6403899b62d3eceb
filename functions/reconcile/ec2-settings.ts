import type { AmazonEc2Settings } from '../../shared/adapters/aws/ec2/settings.ts';
import type { ReconcileConfig } from '../../shared/core/function-config.ts';

/** Where and as what machines are made, as the environment tells. */
export function ec2SettingsOf(config: ReconcileConfig): AmazonEc2Settings {
  const mirrorUrl = config.SLIPWAY_MIRROR_URL;
  return {
    vpcId: config.SLIPWAY_VPC_ID,
    range: config.SLIPWAY_RANGE,
    subnets: config.SLIPWAY_SUBNETS,
    instanceTypes: config.SLIPWAY_INSTANCE_TYPES,
    controlRanges: config.SLIPWAY_CONTROL_RANGES,
    diskGb: config.SLIPWAY_DISK_GB,
    spot: config.SLIPWAY_SPOT,
    apiUrl: config.SLIPWAY_API_URL,
    ...(mirrorUrl === undefined ? {} : { mirrorUrl }),
  };
}
