/**
 * us-east-1, USD, without any free tier; as known in 2026-11, not read on the day: aws.amazon.com/<service>/pricing. Not counted, because AWS asks
 * nothing for them at rest: Lambda's and API Gateway's endpoints, schedules and AWS's own events on EventBridge, the
 * VPC with its internet and egress-only gateways and the gateway endpoint, SNS, standard SSM parameters, AWS Budgets
 * without actions, and CloudWatch's metrics of AWS services.
 */
export const PRICES = {
  kms: { keyMonth: 1, rotationMonth: 1, rotationsPaid: 2, request: 0.03 / 10_000 },
  cloudWatch: { alarmMonth: 0.1, metricMonth: 0.3, dashboardMonth: 3, logGb: 0.5, logGbMonth: 0.03 },
  sqs: { request: 0.4 / 1e6 },
  lambdaArm64: { request: 0.2 / 1e6, gbSecond: 0.0000133334 },
  dynamo: { readUnit: 0.125 / 1e6, writeUnit: 0.625 / 1e6, gbMonth: 0.25, recoveryGbMonth: 0.2 },
};
