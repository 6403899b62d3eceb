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

/**
 * @returns the body's type, one of those given.
 * @throws SlipwayError `unsupported_media_type` for another one, or a compressed body.
 */
export function requireType(context: Context, types: string[]): string {
  const given = context.req.header('Content-Type');
  const essence = (given ?? '').toLowerCase().split(';')[0]?.trim() ?? '';
  if (!types.includes(essence)) {
    const found = given === undefined ? 'says nothing' : `says ${given.slice(0, 60)}`;
    throw new SlipwayError(
      'unsupported_media_type',
      `the body must be ${types.join(' or ')}, and its Content-Type ${found}`,
    );
  }
  const encoding = context.req.header('Content-Encoding') ?? 'identity';
  if (encoding !== 'identity') {
    throw new SlipwayError(
      'unsupported_media_type',
      'send the body without Content-Encoding: it is not unpacked here',
    );
  }
  return essence;
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
    const message = `is not JSON: ${jsonWords(messageOf(error)).slice(0, 120)}`;
    throw new SlipwayError('malformed', `the body ${message}`, { issues: [{ pointer: '', message }] });
  }
}

/** What the parser says, without the piece of the body that it quotes: there may be a secret in it. */
function jsonWords(message: string): string {
  return /^Unexpected token/.test(message)
    ? 'it has a character that does not belong where it stands'
    : message;
}

/**
 * A file's text: UTF-8, or UTF-16 where its first bytes say so, as the docker command reads it.
 * @param what names it for the message.
 * @throws SlipwayError `malformed` for bytes that are no such text.
 */
export function readFileText(bytes: Buffer, what: string): string {
  const mark = bytes.subarray(0, 2).toString('hex');
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new SlipwayError('malformed', `${what} is not text in UTF-8: save it so, and send it again`);
  }
}

function tooLarge(limit: number): SlipwayError {
  return new SlipwayError('too_large', `the body is over ${limit / 1024} KiB, the most this call takes`, {
    facts: { allowedBytes: limit },
  });
}
