/** What alarms stand on; each costs 0.30 USD a month where it is told all month, so one that is nought is not told. */
export interface Metrics {
  LabsStuck?: number;
  Orphans?: number;
  SweepHeld?: number;
}

const NAMESPACE = 'Slipway';

/**
 * Tells CloudWatch by a log line in its embedded metric format: no call, no client. Zeroes are left out; their alarms
 * take what is missing for well. docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * @param write past the console, which on Lambda puts words in front of a line, and then it is no metric.
 */
export function tellMetrics(
  deployment: string,
  metrics: Metrics,
  now: number,
  write: (line: string) => void = (line) => process.stdout.write(line),
): void {
  const told = Object.entries(metrics).filter(([, value]) => value > 0);
  if (told.length === 0) return;
  const line = {
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: [['Deployment']],
          Metrics: told.map(([Name]) => ({ Name, Unit: 'Count' })),
        },
      ],
    },
    Deployment: deployment,
    ...Object.fromEntries(told),
  };
  write(`${JSON.stringify(line)}\n`);
}
