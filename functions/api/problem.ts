import type { Context } from 'hono';
import { type ErrorCode, SlipwayError } from '../../shared/core/errors.ts';

/** The one place where a code gets its HTTP status. */
export const STATUS: Record<
  ErrorCode,
  { status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 502 | 503; title: string }
> = {
  invalid_input: { status: 422, title: 'The input cannot be used' },
  malformed: { status: 400, title: 'The body cannot be read' },
  unauthenticated: { status: 401, title: 'Who you are is not known' },
  forbidden: { status: 403, title: 'Not allowed' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'No such method here' },
  conflict: { status: 409, title: 'Not in a state that allows this' },
  quota: { status: 409, title: 'A limit is used up' },
  quorum: { status: 409, title: 'The swarm would lose its majority' },
  in_progress: { status: 409, title: 'The same request is being carried out' },
  idempotency_mismatch: { status: 422, title: 'The key was used for another request' },
  version_conflict: { status: 409, title: 'Someone else wrote first' },
  too_large: { status: 413, title: 'Too large' },
  unsupported_media_type: { status: 415, title: 'This content type is not taken' },
  rate_limited: { status: 429, title: 'Too many requests' },
  engine_unreachable: { status: 503, title: 'A Docker Engine does not answer' },
  engine_refused: { status: 502, title: 'A Docker Engine refused' },
  driver_failed: { status: 503, title: 'The machines’ driver cannot do it now' },
  store_unavailable: { status: 503, title: 'The records cannot be read or written now' },
  internal: { status: 500, title: 'Something is wrong on our side' },
};

/** Answers an error as application/problem+json. What is not ours is told as `internal`, without its words. */
export function problemResponse(context: Context, thrown: unknown): Response {
  const error =
    thrown instanceof SlipwayError && thrown.code !== 'internal'
      ? thrown
      : new SlipwayError('internal', 'this was not expected; tell the operator the x-request-id');
  const { status, title } = STATUS[error.code];
  const body = {
    ...error.facts,
    type: `/docs#${error.code}`,
    title,
    status,
    detail: error.message,
    instance: context.req.path.slice(0, 200),
    code: error.code,
    ...(error.issues.length === 0 ? {} : { errors: error.issues }),
  };
  return context.body(JSON.stringify(body), status, {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
    ...headersOf(error, context.req.header('Authorization') !== undefined),
  });
}

function headersOf(error: SlipwayError, presented: boolean): Record<string, string> {
  const headers: Record<string, string> = {};
  if (error.code === 'unauthenticated') headers['WWW-Authenticate'] = challenge(error, presented);
  // What is left of the body is not read: the connection cannot carry another request.
  if (error.code === 'too_large') headers.Connection = 'close';
  if (error.code === 'method_not_allowed') headers.Allow = String(error.facts.methods);
  if (error.retryable) headers['Retry-After'] = String(error.facts.afterSeconds ?? 1);
  return headers;
}

/** RFC 6750: without a token no error is named. */
function challenge({ message }: SlipwayError, presented: boolean): string {
  const realm = 'Bearer realm="slipway"';
  if (!presented) return realm;
  return `${realm}, error="invalid_token", error_description="${message.replaceAll(/[^\x20-\x7e]|["\\]/g, "'")}"`;
}
