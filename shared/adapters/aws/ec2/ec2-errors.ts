import { isSlipwayError, messageOf, SlipwayError } from '../../../core/errors.ts';
import type { DriverReason } from '../../../ports/driver.ts';

/** What is short: that type in that zone, that subnet's addresses, or spot machines at all. */
export type ShortScope = 'type' | 'subnet' | 'spot';

/** What one of EC2's codes means to a caller. */
interface Meaning {
  /** Absent: it may pass by itself, and nothing is known of when. */
  reason?: DriverReason;
  /** When to ask again; a throttled one adds up to as much, so that not all come back at once. */
  afterSeconds?: number;
  scope?: ShortScope;
  /** Will it always be short? */
  forGood?: true;
  /** In place of EC2's own words, where ours say more. */
  words?: string;
}

const MINUTE = 60;

/** aws-facts.md, "RunInstances"; docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html. */
const MEANINGS: Record<string, Meaning> = {
  ...each(['InsufficientInstanceCapacity', 'InsufficientCapacity', 'InsufficientHostCapacity'], {
    reason: 'short',
    scope: 'type',
    words: 'EC2 has no such machines there now',
  }),
  Unsupported: {
    reason: 'short',
    scope: 'type',
    forGood: true,
    words: 'that zone does not have this type of machine',
  },
  InsufficientFreeAddressesInSubnet: {
    reason: 'short',
    scope: 'subnet',
    words: 'the subnet has too few free addresses',
  },
  ...each(['MaxSpotInstanceCountExceeded', 'SpotMaxPriceTooLow'], {
    reason: 'short',
    scope: 'spot',
    words: 'EC2 gives no more spot machines now',
  }),
  'AuthFailure.ServiceLinkedRoleCreationNotPermitted': {
    reason: 'short',
    scope: 'spot',
    words:
      'the account lacks the role AWSServiceRoleForEC2Spot; an operator makes it with "aws iam create-service-linked-role --aws-service-name spot.amazonaws.com"',
  },

  VcpuLimitExceeded: { reason: 'quota', afterSeconds: MINUTE, words: "the account's vCPU quota is used up" },
  InstanceLimitExceeded: {
    reason: 'quota',
    afterSeconds: MINUTE,
    words: "the account's quota of instances is used up",
  },
  SecurityGroupLimitExceeded: {
    reason: 'quota',
    afterSeconds: MINUTE,
    words: "the account's quota of security groups is used up",
  },
  ...each(['VolumeLimitExceeded', 'MaxIOPSLimitExceeded', 'NetworkInterfaceLimitExceeded'], {
    reason: 'quota',
    afterSeconds: MINUTE,
  }),
  PendingVerification: { reason: 'quota', afterSeconds: MINUTE },

  ...each(
    [
      'RequestLimitExceeded',
      'Throttling',
      'ThrottlingException',
      'ThrottledException',
      'EC2ThrottledException',
      'TooManyRequestsException',
    ],
    { reason: 'throttled', afterSeconds: 2, words: 'EC2 takes no more calls of the account for a moment' },
  ),

  DependencyViolation: { reason: 'busy', afterSeconds: 10, words: 'machines still hang on it' },
  'InvalidGroup.InUse': { reason: 'busy', afterSeconds: 10, words: 'machines still hang on it' },
  // Just made: EC2 tells of it in a moment.
  ...each(['InvalidGroup.NotFound', 'InvalidGroupId.NotFound'], { reason: 'busy', afterSeconds: 2 }),
  // Gone since it was listed, or so new that EC2 does not know it everywhere: the next list tells.
  'InvalidInstanceID.NotFound': { reason: 'busy', afterSeconds: 2 },
  ...each(['IncorrectInstanceState', 'IncorrectState', 'InvalidState'], { reason: 'busy', afterSeconds: 5 }),

  // Keys that ran out are given anew; a clock that is wrong is set.
  ...each(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'], {}),
};

const OF_OURS: Meaning = { reason: 'refused' };

function each(codes: string[], meaning: Meaning): Record<string, Meaning> {
  return Object.fromEntries(codes.map((code) => [code, meaning]));
}

/** EC2's code, such as `InvalidGroup.NotFound`; the name of the error where there was no answer. */
export function codeOf(error: unknown): string {
  if (isSlipwayError(error)) return String(error.facts.code ?? '');
  return error instanceof Error ? error.name : '';
}

export function isThrottled(error: unknown): boolean {
  return meaningOf(error).reason === 'throttled';
}

function meaningOf(error: unknown): Meaning {
  const known = Object.hasOwn(MEANINGS, codeOf(error)) ? MEANINGS[codeOf(error)] : undefined;
  if (known !== undefined) return known;
  // No answer at all, or EC2's own fault, may pass; all else was asked wrongly.
  const { httpStatusCode: status = 500 } = answerOf(error);
  return status >= 500 ? {} : OF_OURS;
}

function answerOf(error: unknown): { httpStatusCode?: number; requestId?: string } {
  return (error as { $metadata?: { httpStatusCode?: number; requestId?: string } }).$metadata ?? {};
}

/** EC2's words, without the paragraph of ciphers that a lack of rights comes with. */
const LONGEST_WORDS = 400;

/**
 * EC2's error in the driver's own words: `driver_failed`, its `facts.reason` a DriverReason where one is known.
 * @param what was being done, for people: `launch of 3 t3.small in us-east-1a`
 */
export function ec2Error(what: string, error: unknown, facts: Record<string, unknown> = {}): SlipwayError {
  if (isSlipwayError(error)) return error;
  const { reason, afterSeconds, scope, forGood, words } = meaningOf(error);
  const code = codeOf(error);
  const own = messageOf(error).replace(/\s*Encoded authorization failure message:.*/s, '');
  const limit = /limit of (\d+)/.exec(own)?.[1];
  const told = words ?? own.slice(0, LONGEST_WORDS);
  const { requestId } = answerOf(error);
  const jitter = reason === 'throttled' ? 1 + Math.random() : 1;
  return new SlipwayError('driver_failed', `amazonec2: ${what}: ${told} (${code})`, {
    // Not the SDK's own: it holds the whole request, with its signature and the user data's tokens.
    cause: new Error(`${code}: ${own}`),
    retryable: reason !== 'refused',
    facts: {
      ...facts,
      code,
      ...(requestId === undefined ? {} : { requestId }),
      ...(reason === undefined ? {} : { reason }),
      ...(afterSeconds === undefined ? {} : { afterSeconds: afterSeconds * jitter }),
      ...(scope === undefined ? {} : { scope, forGood: forGood ?? false }),
      ...(limit === undefined ? {} : { limit: Number(limit) }),
    },
  });
}

/** The driver's own refusal to ask EC2 at all. */
export function driverRefusal(
  reason: DriverReason,
  message: string,
  facts: Record<string, unknown> = {},
): SlipwayError {
  return new SlipwayError('driver_failed', `amazonec2: ${message}`, {
    retryable: reason !== 'refused',
    facts: { reason, ...facts },
  });
}
