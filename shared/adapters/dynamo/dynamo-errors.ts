import { messageOf, SlipwayError } from '../../core/errors.ts';

/** Did the write's condition fail: did someone else write first? */
function isConditionFailed(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}

/** What an operator does about it, by the SDK's name of the error. */
const CURES: Record<string, string> = {
  ResourceNotFoundException:
    'the table does not exist: deploy the stack, or let the server make it at its start',
  AccessDeniedException: 'this role may not use the table: compare its policy with the stack',
  ExpiredTokenException: 'the AWS credentials have expired',
  UnrecognizedClientException: 'the AWS credentials are not known to AWS',
  ProvisionedThroughputExceededException: 'the table is throttled; it is tried again',
  ThrottlingException: 'the table is throttled; it is tried again',
  RequestLimitExceeded: 'the account’s request rate is used up; it is tried again',
};

/** The one place where the SDK's errors become ours. Nothing of the item is in the message. */
export function storeErrorOf(error: unknown): SlipwayError {
  if (error instanceof SlipwayError) return error;
  if (isConditionFailed(error)) {
    return new SlipwayError('version_conflict', 'someone else wrote first: load it again', { cause: error });
  }
  const name = error instanceof Error ? error.name : 'unknown';
  if (name === 'ValidationException' && /size/i.test(messageOf(error))) {
    return new SlipwayError('too_large', 'the record is larger than the 400 KB DynamoDB keeps', {
      cause: error,
    });
  }
  if (name === 'ValidationException' || !cameFromOutside(error)) {
    return new SlipwayError('internal', `the store was asked what it cannot do (${name})`, { cause: error });
  }
  const cure = CURES[name] ?? 'it does not answer as it should; it is tried again';
  return new SlipwayError(
    'store_unavailable',
    `the records cannot be read or written now: ${cure} (${name})`,
    {
      cause: error,
    },
  );
}

/** The service answered with an error (`$metadata`), or the network did (`code`, or the SDK's TimeoutError). */
function cameFromOutside(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return '$metadata' in error || 'code' in error || error.name === 'TimeoutError';
}
