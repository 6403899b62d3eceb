import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

/** Of functions/metrics.ts. */
const NAMESPACE = 'Slipway';

const FIVE_MINUTES = Duration.minutes(5);

export interface AlarmPlan {
  name: string;
  metric: Metric;
  description: string;
  threshold: number;
  comparisonOperator: ComparisonOperator;
  treatMissingData: TreatMissingData;
  /** Of three periods, how many; one unless told. */
  datapointsToAlarm?: number;
}

const atLeast = {
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  treatMissingData: TreatMissingData.NOT_BREACHING,
};

/**
 * Five, because each costs 0.10 USD a month. Those that can stand on metrics which AWS makes anyway; the two of our own
 * are sent only while there is something to tell, and cost nothing else. docs/operations.md says what to do on each.
 */
export function planAlarms(of: {
  deployment: string;
  deadLetters: IQueue;
  reconcile: IFunction;
  tick: IFunction;
}): AlarmPlan[] {
  const own = (metricName: string) =>
    new Metric({
      namespace: NAMESPACE,
      metricName,
      dimensionsMap: { Deployment: of.deployment },
      statistic: 'Maximum',
      period: FIVE_MINUTES,
    });
  return [
    {
      name: 'dead-letters',
      description:
        'Something was given up: a lab that cannot be worked on, or a tick or heartbeat that failed',
      metric: of.deadLetters.metricApproximateNumberOfMessagesVisible({
        statistic: 'Maximum',
        period: FIVE_MINUTES,
      }),
      threshold: 1,
      ...atLeast,
    },
    {
      name: 'labs-stuck',
      description: 'Labs have long been where they should have left by themselves',
      metric: own('LabsStuck'),
      threshold: 1,
      ...atLeast,
    },
    {
      name: 'orphans',
      description:
        'Machines that no record claims; while it stays, the sweep holds: it removes no more than 5, or a tenth, at once',
      metric: own('Orphans'),
      threshold: 1,
      ...atLeast,
    },
    {
      name: 'reconcile-errors',
      description: 'reconcile fails again and again',
      metric: of.reconcile.metricErrors({ statistic: 'Sum', period: FIVE_MINUTES }),
      threshold: 3,
      datapointsToAlarm: 2,
      ...atLeast,
    },
    {
      name: 'tick-missed',
      description: 'tick was not called for five minutes: nothing expires, nothing starts',
      metric: of.tick.metricInvocations({ statistic: 'Sum', period: FIVE_MINUTES }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    },
  ];
}
