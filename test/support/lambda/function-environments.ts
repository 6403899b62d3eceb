import type { SubnetOption } from '../fake-ec2/catalogue/subnets.ts';
import { VPC_ID } from '../fake-ec2/catalogue/subnets.ts';

/** The fakes, by what their endpoints are. */
interface Endpoints {
  /** EC2, SSM and Service Quotas. */
  account: string;
  dynamo: string;
  kms: string;
  sqs: string;
}

export interface Wiring {
  deployment: string;
  region: string;
  endpoints: Endpoints;
  queueUrl: string;
  keyArn: string;
  operatorKeyParameter: string;
  subnets: SubnetOption[];
  /** Where hosts reach the API and, if there is one, their mirror. */
  apiUrl: string;
  mirrorUrl: string | undefined;
}

export const TABLE = 'slipway';
/** From here the functions would reach the engines. */
export const CONTROL_RANGES = ['100.127.240.0/24', '100.127.241.0/24'];

/** Each function's environment: Slipway's settings as CDK gives them, Lambda's own, and the way to the fakes. */
export function functionEnvironments(
  wiring: Wiring,
): Record<'api' | 'reconcile' | 'tick', Record<string, string>> {
  const { deployment, region, endpoints, subnets, mirrorUrl } = wiring;
  const shared = (name: string) => ({
    PATH: process.env.PATH ?? '',
    AWS_REGION: region,
    AWS_LAMBDA_FUNCTION_NAME: `${deployment}-${name}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_ACCESS_KEY_ID: 'ASIAFAKE',
    AWS_SECRET_ACCESS_KEY: 'fake',
    AWS_SESSION_TOKEN: 'fake',
    AWS_ENDPOINT_URL_EC2: endpoints.account,
    AWS_ENDPOINT_URL_SSM: endpoints.account,
    AWS_ENDPOINT_URL_SERVICE_QUOTAS: endpoints.account,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamo,
    AWS_ENDPOINT_URL_KMS: endpoints.kms,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    SLIPWAY_DEPLOYMENT: deployment,
    SLIPWAY_TABLE: TABLE,
    SLIPWAY_QUEUE_URL: wiring.queueUrl,
    SLIPWAY_KEY_ARN: wiring.keyArn,
  });
  return {
    api: shared('api'),
    reconcile: {
      ...shared('reconcile'),
      SLIPWAY_VPC_ID: VPC_ID,
      SLIPWAY_RANGE: '100.64.0.0/10',
      SLIPWAY_SUBNETS: subnets.map(({ id, zone }) => `${id}@${zone}`).join(','),
      SLIPWAY_CONTROL_RANGES: CONTROL_RANGES.join(','),
      SLIPWAY_API_URL: wiring.apiUrl,
      ...(mirrorUrl === undefined ? {} : { SLIPWAY_MIRROR_URL: mirrorUrl }),
    },
    tick: { ...shared('tick'), SLIPWAY_OPERATOR_KEY_PARAMETER: wiring.operatorKeyParameter },
  };
}
