/**
 * How every client asks. Where it goes (Region, dual stack, another endpoint) the SDK reads from the environment, which
 * CDK sets; an `AWS_ENDPOINT_URL_*` and `AWS_USE_DUALSTACK_ENDPOINT` exclude each other: the SDK refuses both at once.
 */
export const BOUNDED = {
  /** The first try and two more. */
  maxAttempts: 3,
  /** Packets that AWS drops are never answered, and the SDK itself would wait for ever; aws-facts.md, "Network". */
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;
