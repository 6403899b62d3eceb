import { type IncomingMessage, request } from 'node:http';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { firstAbort } from '../shared/core/first-abort.ts';

/** The little of the Docker Engine API the set-up needs, so that it works without the `docker` command. */
export interface EngineRequest {
  method?: 'GET' | 'POST' | 'DELETE';
  path: string;
  body?: Readable;
  contentType?: string;
  deadlineSeconds?: number;
  /** Gives up when it aborts. */
  signal?: AbortSignal;
}

export async function callEngine(socketPath: string, options: EngineRequest): Promise<IncomingMessage> {
  const afterMilliseconds = (options.deadlineSeconds ?? 10) * 1000;
  const signal = firstAbort([options.signal], { afterMilliseconds });
  const outgoing = request({
    socketPath,
    path: options.path,
    method: options.method ?? 'GET',
    signal,
    headers: options.body ? { 'Content-Type': options.contentType ?? 'application/x-tar' } : {},
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
  });
  if (options.body) {
    await Promise.race([pipeline(options.body, outgoing), answered]);
  } else outgoing.end();
  return answered;
}

/** Calls and reads the whole answer; throws with the engine's own words unless the status is 2xx or 304. */
export async function askEngine(socketPath: string, options: EngineRequest): Promise<string> {
  const response = await callEngine(socketPath, options);
  const body = await text(response);
  const status = response.statusCode ?? 0;
  if ((status >= 200 && status < 300) || status === 304) return body;
  throw new Error(
    `Docker Engine: ${options.method ?? 'GET'} ${options.path}: ${status} ${engineMessage(body)}`,
  );
}

/** Calls an endpoint that streams JSON messages (build, pull, load) and throws on an error among them. */
export async function streamEngine(
  socketPath: string,
  options: EngineRequest,
  onMessage: (line: string) => void = () => {},
): Promise<void> {
  const response = await callEngine(socketPath, options);
  const lines: string[] = [];
  let rest = '';
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) hear(part);
  }
  hear(rest);
  const status = response.statusCode ?? 0;
  if (status >= 300) throw new Error(`Docker Engine: ${options.path}: ${status} ${lines.join('\n')}`);

  function hear(part: string) {
    if (part.trim() === '') return;
    const message = parseMessage(part);
    const said = message.stream ?? message.status ?? message.message ?? '';
    for (const line of said.split('\n')) {
      if (line.trim() === '') continue;
      onMessage(line.trim());
      lines.push(line.trimEnd());
      if (lines.length > 25) lines.shift();
    }
    if (message.error) throw new Error(`Docker Engine: ${message.error}\n${lines.join('\n')}`);
  }
}

interface EngineMessage {
  stream?: string;
  status?: string;
  error?: string;
  message?: string;
}

function parseMessage(line: string): EngineMessage {
  try {
    return JSON.parse(line) as EngineMessage;
  } catch {
    return { message: line };
  }
}

function engineMessage(body: string): string {
  return parseMessage(body).message ?? body;
}

/** Whether an engine answers on the socket. */
export async function engineAnswers(socketPath: string, deadlineSeconds = 2): Promise<boolean> {
  return askEngine(socketPath, { path: '/_ping', deadlineSeconds }).then(
    (body) => body === 'OK',
    () => false,
  );
}
