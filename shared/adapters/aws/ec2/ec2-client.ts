import { EC2Client, type EC2ClientConfig } from '@aws-sdk/client-ec2';

export interface Ec2ClientOptions extends Pick<EC2ClientConfig, 'credentials'> {
  region: string;
  /** Another endpoint than the Region's, for tests. */
  endpoint?: string;
  /** Ask over IPv6, as from a subnet that has no other way out. */
  dualStack?: boolean;
}

/** Packets that AWS drops are never answered; the SDK itself would wait for ever. */
const CONNECT_MS = 3_000;
/** RunInstances takes a few seconds; a Lambda has 30. */
const ANSWER_MS = 20_000;

/**
 * A client that asks once: the SDK's own retries come within 78 ms, spend the account's tokens, and repeat what has no
 * room as if it had failed.
 */
export function createEc2Client(options: Ec2ClientOptions): EC2Client {
  const { region, endpoint, dualStack = false, credentials } = options;
  return new EC2Client({
    region,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: ANSWER_MS,
      throwOnRequestTimeout: true,
    },
    ...(credentials === undefined ? {} : { credentials }),
    ...(endpoint === undefined ? { useDualstackEndpoint: dualStack } : { endpoint }),
  });
}
