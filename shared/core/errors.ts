/**
 * The closed family of errors that cross a port. HTTP status is mapped in functions/api/problem.ts and nowhere
 * else; whether an error may be retried is a field, never a guess from its text.
 */
export type ErrorCode =
  | 'invalid_input' // what the caller sent is wrong: field, reason and cure are in `issues`
  | 'malformed' // not even JSON, or not in the encoding it says
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict' // the resource is not in a state that allows this
  | 'quota' // a limit of the caller is used up
  | 'quorum' // would lose the swarm's Raft majority
  | 'in_progress' // the same request is still being carried out
  | 'idempotency_mismatch'
  | 'version_conflict' // someone else wrote first: load again
  | 'too_large'
  | 'unsupported_media_type'
  | 'rate_limited'
  | 'engine_unreachable' // a Docker Engine did not answer in time
  | 'engine_refused' // a Docker Engine answered with an error
  | 'driver_failed' // the machines' driver could not do it
  | 'store_unavailable' // the records cannot be read or written now
  | 'internal';

/** One thing wrong with an input: a JSON pointer to it, and a message that holds reason and cure. */
export interface InputIssue {
  pointer: string;
  message: string;
  /** Where it is in a file that came along; lines and columns count from 1. */
  place?: FilePlace;
}

export interface FilePlace {
  file: string;
  line: number;
  column: number;
}

export class SlipwayError extends Error {
  readonly code: ErrorCode;
  /** May the same call succeed later, unchanged? */
  readonly retryable: boolean;
  readonly issues: InputIssue[];
  /** Facts a caller can act on (used, allowed, needed …). Never secrets. */
  readonly facts: Record<string, unknown>;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      cause?: unknown;
      retryable?: boolean;
      issues?: InputIssue[];
      facts?: Record<string, unknown>;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SlipwayError';
    this.code = code;
    this.retryable = options.retryable ?? RETRYABLE.has(code);
    this.issues = options.issues ?? [];
    this.facts = options.facts ?? {};
  }
}

const RETRYABLE: ReadonlySet<ErrorCode> = new Set([
  'version_conflict',
  'in_progress',
  'rate_limited',
  'engine_unreachable',
  'store_unavailable',
]);

export function isSlipwayError(error: unknown, code?: ErrorCode): error is SlipwayError {
  return error instanceof SlipwayError && (code === undefined || error.code === code);
}

/** The words of anything thrown, for a log line or a timeline entry. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
