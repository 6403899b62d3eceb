import type { Context } from 'hono';
import { messageOf, SlipwayError } from '../../shared/core/errors.ts';

/** http-api.md: the most that any body may hold, unless its route says otherwise. */
export const MOST_BODY_BYTES = 256 * 1024;

/**
 * Reads a request's body, whether or not it says how long it is.
 * @throws SlipwayError `too_large` naming the limit, as soon as it is passed.
 */
export async function readBytes(context: Context, limit: number): Promise<Buffer> {
  const { body, headers } = context.req.raw;
  if (Number(headers.get('Content-Length') ?? 0) > limit) throw tooLarge(limit);
  if (body === null) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return Buffer.concat(chunks);
      length += value.byteLength;
      if (length > limit) throw tooLarge(limit);
      chunks.push(value);
    }
  } catch (error) {
    // Nobody waits for what is left of it; that it may fail too is no news.
    reader.cancel().catch(() => undefined);
    if (error instanceof SlipwayError) throw error;
    throw new SlipwayError('malformed', 'the body ended before it was whole; send it again', {
      cause: error,
    });
  }
}

/** @throws SlipwayError `unsupported_media_type` unless the body is of the type, and not compressed. */
export function requireType(context: Context, type: string): void {
  const given = context.req.header('Content-Type');
  const [essence = ''] = (given ?? '').toLowerCase().split(';');
  if (essence.trim() !== type) {
    const found = given === undefined ? 'says nothing' : `says ${given.slice(0, 60)}`;
    throw new SlipwayError(
      'unsupported_media_type',
      `the body must be ${type}, and its Content-Type ${found}`,
    );
  }
  const encoding = context.req.header('Content-Encoding') ?? 'identity';
  if (encoding !== 'identity') {
    throw new SlipwayError(
      'unsupported_media_type',
      'send the body without Content-Encoding: it is not unpacked here',
    );
  }
}

/** @throws SlipwayError `malformed` saying where. */
export function readJson(bytes: Buffer): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new SlipwayError('malformed', 'the body is not UTF-8, as JSON must be');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = `is not JSON: ${messageOf(error).slice(0, 120)}`;
    throw new SlipwayError('malformed', `the body ${message}`, { issues: [{ pointer: '', message }] });
  }
}

function tooLarge(limit: number): SlipwayError {
  return new SlipwayError('too_large', `the body is over ${limit / 1024} KiB, the most this call takes`, {
    facts: { allowedBytes: limit },
  });
}
