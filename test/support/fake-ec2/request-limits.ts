import type { RequestLimitOptions } from './options.ts';
import { TokenBucket } from './token-bucket.ts';
import { Ec2Refusal } from './wire/refusal.ts';

export interface BucketSize {
  /** Tokens at most. */
  size: number;
  /** Tokens back per second. */
  perSecond: number;
}

/**
 * EC2's documented limits, per API, account and Region (docs.aws.amazon.com/ec2/latest/devguide/
 * ec2-api-throttling.html; aws-facts.md). Written down here on its own: the product's table is not read.
 */
const REQUESTS: Record<string, BucketSize> = {
  RunInstances: { size: 5, perSecond: 2 },
  StartInstances: { size: 5, perSecond: 2 },
  StopInstances: { size: 50, perSecond: 5 },
  TerminateInstances: { size: 100, perSecond: 5 },
  CreateTags: { size: 100, perSecond: 10 },
  DeleteTags: { size: 100, perSecond: 10 },
};
const READING: BucketSize = { size: 100, perSecond: 20 };
const READING_ALL: BucketSize = { size: 50, perSecond: 10 };
const CHANGING: BucketSize = { size: 50, perSecond: 5 };

/** What costs more when neither a filter nor a page is asked for. */
const MAY_READ_ALL = [
  'DescribeInstances',
  'DescribeInstanceStatus',
  'DescribeNetworkInterfaces',
  'DescribeSecurityGroups',
  'DescribeVolumes',
];

const INSTANCES: Record<string, BucketSize> = {
  RunInstances: { size: 1000, perSecond: 2 },
  StartInstances: { size: 1000, perSecond: 2 },
  StopInstances: { size: 1000, perSecond: 20 },
  TerminateInstances: { size: 1000, perSecond: 20 },
};

/** Both kinds of buckets of one account in one Region. */
export class RequestLimits {
  readonly #options: RequestLimitOptions;
  readonly #buckets = new Map<string, TokenBucket>();
  /** When the buckets were last set to their start. */
  #since: number;

  constructor(options: RequestLimitOptions, now: number) {
    this.#options = options;
    this.#since = now;
  }

  /** One request of the action, with these parameters' names. Throws RequestLimitExceeded. */
  takeRequest(action: string, names: Iterable<string>, now: number): void {
    const readsAll = MAY_READ_ALL.includes(action) && ![...names].some(narrows);
    const size =
      this.#options.requests?.[action] ??
      REQUESTS[action] ??
      (action.startsWith('Describe') ? (readsAll ? READING_ALL : READING) : CHANGING);
    this.#take(readsAll ? `${action} of all` : action, size, 1, now);
  }

  /** So many instances by the action. Throws RequestLimitExceeded. */
  takeInstances(action: string, count: number, now: number): void {
    const size = this.#options.instances?.[action] ?? INSTANCES[action];
    if (size !== undefined) this.#take(`${action} instances`, size, count, now);
  }

  #take(name: string, size: BucketSize, count: number, now: number): void {
    const { start = 'full', otherTenantShare = 0 } = this.#options;
    if (start === 'off') return;
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      // Another tenant of the account draws its share all the time: so much less comes back.
      const left = { size: size.size, perSecond: size.perSecond * (1 - otherTenantShare) };
      bucket = new TokenBucket(left, this.#since, start);
      this.#buckets.set(name, bucket);
    }
    if (!bucket.take(count, now)) {
      throw new Ec2Refusal('RequestLimitExceeded', 'Request limit exceeded.', 503);
    }
  }
}

function narrows(name: string): boolean {
  return name.startsWith('Filter.') || name === 'MaxResults' || name === 'NextToken';
}
