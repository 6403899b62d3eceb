/** How fast a bucket of EC2's fills, and how many tokens it holds. */
interface Bucket {
  tokens: number;
  perSecond: number;
}

/** What one API may be called: so many requests, and where it counts them too, so many instances. */
export interface CallLimit {
  requests: Bucket;
  instances?: Bucket;
}

/** Calls that take their turn. */
export type PacedApi =
  | 'RunInstances'
  | 'StartInstances'
  | 'StopInstances'
  | 'TerminateInstances'
  | 'RebootInstances'
  | 'DescribeInstances'
  | 'ModifyInstanceCreditSpecification'
  | 'AuthorizeSecurityGroupIngress'
  | 'DeleteSecurityGroup';

const CHANGING: CallLimit = { requests: { tokens: 50, perSecond: 5 } };

/**
 * Per account and Region; docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html, aws-facts.md. Of calls that
 * always come together the one that is called most takes the turn of all, since their limits are alike: a group's rules
 * inward stand for its making, its rules outward and the look at them.
 */
export const CALL_LIMITS: Record<PacedApi, CallLimit> = {
  RunInstances: { requests: { tokens: 5, perSecond: 2 }, instances: { tokens: 1000, perSecond: 2 } },
  StartInstances: { requests: { tokens: 5, perSecond: 2 }, instances: { tokens: 1000, perSecond: 2 } },
  StopInstances: { requests: { tokens: 50, perSecond: 5 }, instances: { tokens: 1000, perSecond: 20 } },
  TerminateInstances: { requests: { tokens: 100, perSecond: 5 }, instances: { tokens: 1000, perSecond: 20 } },
  RebootInstances: CHANGING,
  // With a filter or a page, as the driver always asks.
  DescribeInstances: { requests: { tokens: 100, perSecond: 20 } },
  ModifyInstanceCreditSpecification: CHANGING,
  AuthorizeSecurityGroupIngress: CHANGING,
  DeleteSecurityGroup: CHANGING,
};
