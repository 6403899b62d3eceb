import { DUE_SHARDS } from '../../shared/adapters/dynamo/keys.ts';
import { PRICES } from './prices.ts';
import { ofType, type Resources } from './synthesized.ts';

const MINUTES = (365 * 24 * 60) / 12;
const GB = 1e9;

/**
 * What a deployment without a lab does, as far as the template does not say it. Durations and sizes are taken on the
 * large side.
 */
const AT_REST = {
  /** Lambda polls a standard queue by five connections, each waiting 20 s; with a maximum concurrency never by fewer. */
  pollers: 5,
  pollsPerMinute: 3,
  tickSeconds: 0.4,
  /** functions/tick/create-handler.ts: one in five minutes, sent, received and deleted. */
  sweepsPerMinute: 1 / 5,
  sweepSeconds: 1,
  /** Labs are looked at twice by a tick, for what is due and for what is stuck; classes for what is due. */
  readsPerTick: 2 * DUE_SHARDS + 1,
  /** Of an index, not consistent, and nothing found. */
  unitsPerRead: 0.5,
  /** START, END and REPORT, and a line of our own. */
  logBytesPerInvocation: 700,
  /** The operator's key is checked once an hour: its signing key is opened and another is sealed at most. */
  kmsRequestsPerHour: 3,
  /** Records of labs that ended stay 90 days. */
  recordsGb: 0.02,
};

export interface CostLine {
  what: string;
  usd: number;
}

export interface IdleCost {
  lines: CostLine[];
  /** Until KMS rotates for the first time, then with each further one that is paid for. */
  monthlyUsd: number[];
  yearsToRotation: number;
}

/** @param ownMetrics custom metrics that are sent all month although nothing is wrong. */
export function idleCost(resources: Resources, ownMetrics: number): IdleCost {
  const count = (type: string) => ofType(resources, type).length;
  const { kms, cloudWatch, sqs, lambdaArm64, dynamo } = PRICES;
  const memoryGb = (name: string) => {
    const found = ofType(resources, 'AWS::Lambda::Function').find(([, { Properties }]) =>
      Properties.FunctionName.endsWith(`-${name}`),
    );
    return (found?.[1].Properties.MemorySize ?? Number.NaN) / 1024;
  };
  const ticks = MINUTES / minutesBetween(resources, 'rate(1 minute)');
  const sweeps = MINUTES * AT_REST.sweepsPerMinute;
  const heartbeats = (2 * MINUTES) / minutesBetween(resources, 'rate(1 day)');
  const polls = count('AWS::Lambda::EventSourceMapping') * AT_REST.pollers * AT_REST.pollsPerMinute * MINUTES;
  const runs = (times: number, seconds: number, gb: number) =>
    times * (lambdaArm64.request + seconds * gb * lambdaArm64.gbSecond);
  const logGb = ((ticks + sweeps + heartbeats) * AT_REST.logBytesPerInvocation) / GB;
  const lines: CostLine[] = [
    { what: 'KMS key', usd: count('AWS::KMS::Key') * kms.keyMonth },
    { what: 'KMS requests', usd: AT_REST.kmsRequestsPerHour * (MINUTES / 60) * kms.request },
    { what: 'alarms', usd: count('AWS::CloudWatch::Alarm') * cloudWatch.alarmMonth },
    { what: 'custom metrics', usd: ownMetrics * cloudWatch.metricMonth },
    { what: 'dashboard', usd: count('AWS::CloudWatch::Dashboard') * cloudWatch.dashboardMonth },
    { what: 'SQS polling', usd: polls * sqs.request },
    { what: 'SQS messages', usd: 3 * sweeps * sqs.request },
    { what: 'tick', usd: runs(ticks, AT_REST.tickSeconds, memoryGb('tick')) },
    { what: 'sweep', usd: runs(sweeps, AT_REST.sweepSeconds, memoryGb('reconcile')) },
    { what: 'heartbeats', usd: runs(heartbeats, 1, Math.max(memoryGb('api'), memoryGb('reconcile'))) },
    {
      what: 'DynamoDB requests',
      usd: (ticks + sweeps) * AT_REST.readsPerTick * AT_REST.unitsPerRead * dynamo.readUnit,
    },
    { what: 'records, with recovery', usd: AT_REST.recordsGb * (dynamo.gbMonth + dynamo.recoveryGbMonth) },
    { what: 'logs', usd: logGb * (cloudWatch.logGb + cloudWatch.logGbMonth) },
  ];
  const first = lines.reduce((sum, { usd }) => sum + usd, 0);
  const rotated = ofType(resources, 'AWS::KMS::Key').filter(
    ([, { Properties }]) => Properties.EnableKeyRotation,
  );
  const rotations = rotated.length === 0 ? 0 : kms.rotationsPaid;
  return {
    lines,
    monthlyUsd: Array.from(
      { length: rotations + 1 },
      (_, paid) => first + paid * rotated.length * kms.rotationMonth,
    ),
    yearsToRotation: Math.min(
      ...rotated.map(([, { Properties }]) => (Properties.RotationPeriodInDays ?? 365) / 365),
    ),
  };
}

function minutesBetween(resources: Resources, expression: string): number {
  const rules = ofType(resources, 'AWS::Events::Rule');
  const found = rules.some(([, { Properties }]) => Properties.ScheduleExpression === expression);
  if (!found) throw new Error(`no rule ${expression}: what it costs is not known`);
  return expression === 'rate(1 day)' ? 24 * 60 : 1;
}
