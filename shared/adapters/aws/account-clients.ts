import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SSMClient } from '@aws-sdk/client-ssm';
import { BOUNDED } from './bounded.ts';

/** What `tick` alone asks, from outside the VPC. */
export function createSsmClient(): SSMClient {
  return new SSMClient(BOUNDED);
}

export function createQuotasClient(): ServiceQuotasClient {
  return new ServiceQuotasClient(BOUNDED);
}
