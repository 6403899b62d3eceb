import type { FunctionName } from '../../scripts/bundle.ts';

const SHARED = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIAFAKE',
  AWS_SECRET_ACCESS_KEY: 'fake',
  SLIPWAY_DEPLOYMENT: 'test',
  SLIPWAY_LOG_LEVEL: 'silent',
  SLIPWAY_TABLE: 'slipway',
  SLIPWAY_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/slipway',
  SLIPWAY_KEY_ARN: 'arn:aws:kms:us-east-1:123456789012:key/1',
};

const OWN: Record<FunctionName, Record<string, string>> = {
  api: {},
  reconcile: {
    SLIPWAY_VPC_ID: 'vpc-0f0000000000000a1',
    SLIPWAY_RANGE: '10.0.0.0/16',
    SLIPWAY_SUBNETS: 'subnet-1@us-east-1a,subnet-2@us-east-1b',
    SLIPWAY_CONTROL_RANGES: '10.0.240.0/24,10.0.241.0/24',
    SLIPWAY_API_URL: 'https://api.slipway.example',
  },
  tick: { SLIPWAY_OPERATOR_KEY_PARAMETER: '/slipway/test/operator-key' },
};

/** The least that a function's environment must have, as CDK sets it. */
export function functionEnvironment(
  name: FunctionName,
  over: Record<string, string> = {},
): Record<string, string> {
  return { ...SHARED, ...OWN[name], ...over };
}
