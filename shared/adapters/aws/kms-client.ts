import { KMSClient } from '@aws-sdk/client-kms';
import { BOUNDED } from './bounded.ts';

export function createKmsClient(): KMSClient {
  return new KMSClient(BOUNDED);
}
