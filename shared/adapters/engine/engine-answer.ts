import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { SlipwayError } from '../../core/errors.ts';

/** What was asked, for messages. */
export interface Asked {
  engine: string;
  method: string;
  path: string;
}

const ERROR_BYTES = 64 * 1024;
const WORDS_LENGTH = 500;
const LINE_LENGTH = 1024 * 1024;

/** Reads an answer to its end. Throws `engine_refused` when it is longer than allowed: a host is hostile ground. */
export async function readText(
  response: IncomingMessage,
  asked: Asked,
  maximumBytes: number,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maximumBytes)
      throw refused(asked, response, `its answer is longer than ${maximumBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Reads an answer of one JSON value a line, handing each on, to its end. */
export async function readLines(
  response: IncomingMessage,
  asked: Asked,
  maximumBytes: number,
  onLine: (line: string) => void,
): Promise<void> {
  let rest = '';
  let size = 0;
  response.setEncoding('utf8');
  for await (const chunk of response as unknown as AsyncIterable<string>) {
    size += chunk.length;
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (size > maximumBytes || rest.length > LINE_LENGTH) {
      throw refused(asked, response, 'its stream is longer than allowed');
    }
    for (const line of lines) if (line.trim() !== '') onLine(line);
  }
  if (rest.trim() !== '') onLine(rest);
}

/** Hands an answer's bytes on as they come, to its end. What the taker cannot read, by a RangeError, is refused. */
export async function readBytes(
  response: IncomingMessage,
  asked: Asked,
  maximumBytes: number,
  onBytes: (bytes: Buffer) => void,
): Promise<void> {
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    try {
      onBytes(chunk.subarray(0, maximumBytes - size));
    } catch (error) {
      throw error instanceof RangeError ? refused(asked, response, error.message) : error;
    }
    size += chunk.length;
    if (size > maximumBytes) {
      throw refused(asked, response, `its stream is longer than ${maximumBytes} bytes`);
    }
  }
}

/** Parses JSON text, nothing being undefined, by a schema. */
export function parseAnswer<S extends z.ZodType>(
  text: string,
  schema: S,
  response: IncomingMessage,
  asked: Asked,
): z.output<S> {
  const parsed = schema.safeParse(text.trim() === '' ? undefined : jsonOf(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw refused(asked, response, `its answer is not what the Engine API says${where}: ${issue?.message}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return new NotJson();
  }
}

/** No schema takes it for a value of the Engine API. */
class NotJson {}

export function isSuccess(status: number): boolean {
  // 304: started, or stopped, already.
  return (status >= 200 && status < 300) || status === 304;
}

/** Throws `engine_refused` with the engine's own words and `facts.status`. */
export async function throwRefusal(response: IncomingMessage, asked: Asked): Promise<never> {
  const text = await readText(response, asked, ERROR_BYTES);
  const said = jsonOf(text);
  const message = (said as { message?: unknown } | null)?.message;
  throw refused(asked, response, typeof message === 'string' ? message : text || 'no reason given');
}

/** `facts.reason` holds the engine's words alone. */
function refused(asked: Asked, response: IncomingMessage, reason: string): SlipwayError {
  const status = response.statusCode ?? 0;
  const words = reason
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, WORDS_LENGTH);
  return new SlipwayError(
    'engine_refused',
    `Docker Engine ${asked.engine}: ${asked.method} ${asked.path}: ${status} ${words}`,
    { facts: { status, reason: words } },
  );
}
