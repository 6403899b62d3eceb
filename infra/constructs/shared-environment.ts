import type { z } from 'zod';
import type { ApiConfig, ReconcileConfig, TickConfig } from '../../shared/core/function-config.ts';
import type { Settings } from '../settings.ts';
import type { Data } from './data.ts';
import type { LabNetwork } from './lab-network.ts';
import type { WorkQueue } from './work-queue.ts';

type Shared = Pick<
  z.input<typeof ApiConfig> & z.input<typeof TickConfig>,
  | 'SLIPWAY_DEPLOYMENT'
  | 'SLIPWAY_DEFAULT_HOURS'
  | 'SLIPWAY_MAXIMUM_DAYS'
  | 'SLIPWAY_LABS_PER_STUDENT'
  | 'SLIPWAY_READY_SECONDS'
  | 'SLIPWAY_SPARE_SECONDS'
  | 'SLIPWAY_PERSONAL_DATA_DAYS'
  | 'SLIPWAY_LOG_LEVEL'
  | 'SLIPWAY_TABLE'
  | 'SLIPWAY_QUEUE_URL'
  | 'SLIPWAY_KEY_ARN'
>;

/** What every function's environment has. */
export function sharedEnvironment(settings: Settings, data: Data, work: WorkQueue) {
  return {
    SLIPWAY_DEPLOYMENT: settings.deployment,
    SLIPWAY_DEFAULT_HOURS: String(settings.defaultHours),
    SLIPWAY_MAXIMUM_DAYS: String(settings.maximumDays),
    SLIPWAY_LABS_PER_STUDENT: String(settings.labsPerStudent),
    SLIPWAY_READY_SECONDS: String(settings.readySeconds),
    SLIPWAY_SPARE_SECONDS: String(settings.spareSeconds),
    SLIPWAY_PERSONAL_DATA_DAYS: String(settings.personalDataDays),
    SLIPWAY_LOG_LEVEL: settings.logLevel,
    SLIPWAY_TABLE: data.table.tableName,
    SLIPWAY_QUEUE_URL: work.queue.queueUrl,
    SLIPWAY_KEY_ARN: data.key.keyArn,
  } satisfies Record<keyof Shared, string>;
}

type Machines = Pick<
  z.input<typeof ApiConfig> & z.input<typeof ReconcileConfig>,
  'SLIPWAY_INSTANCE_TYPES' | 'SLIPWAY_DISK_GB' | 'SLIPWAY_HOST_ADDRESSES'
>;

/** What machines are and cost, for the functions that launch them or plan and reckon a class. */
export function machinesEnvironment(
  { instanceTypes, diskGb, prices }: Settings,
  { hostAddresses }: LabNetwork,
) {
  return {
    SLIPWAY_INSTANCE_TYPES: instanceTypes.join(','),
    SLIPWAY_DISK_GB: String(diskGb),
    SLIPWAY_HOST_ADDRESSES: String(hostAddresses),
    ...(prices === undefined ? {} : { SLIPWAY_PRICES: prices }),
  } satisfies Record<keyof Machines, string>;
}

/** Of an issuer of tokens other than ourselves, where one is set. */
export function issuerEnvironment({ oidcIssuer, oidcAudience }: Settings) {
  return oidcIssuer === undefined || oidcAudience === undefined
    ? {}
    : { SLIPWAY_OIDC_ISSUER: oidcIssuer, SLIPWAY_OIDC_AUDIENCE: oidcAudience };
}
