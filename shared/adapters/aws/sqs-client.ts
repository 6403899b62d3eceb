import { SQSClient } from '@aws-sdk/client-sqs';
import { BOUNDED } from './bounded.ts';

/** Asks at the endpoint of the Region, not at the host in the queue's URL, which answers over IPv4 alone. */
export function createSqsClient(): SQSClient {
  return new SQSClient({ ...BOUNDED, useQueueUrlAsEndpoint: false });
}
