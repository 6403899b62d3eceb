import { ApiError, Unreachable } from './api-error.ts';
import { OPERATIONS, type Operations } from './operations.ts';
import { readServerEvents, type ServerEvent } from './server-events.ts';

export type OperationId = keyof Operations;
export type Input<Id extends OperationId> = Operations[Id]['input'];
export type Answer<Id extends OperationId> = Operations[Id]['answer'];
type InputOf<Id extends OperationId> =
  Record<never, never> extends Input<Id> ? [input?: Input<Id>] : [input: Input<Id>];

/** Every operation of the API as a function: parameters of the path by their names, then `query`, `body`, `form` or `bytes`. */
type Calls = { [Id in OperationId]: (...input: InputOf<Id>) => Promise<Answer<Id>> };

/** @throws ApiError in the API's words; Unreachable where no answer comes. */
export interface Client extends Calls {
  /**
   * The answer as text, of those operations that have it beside JSON: `listMachines` is docker-machine's table, `getRoster`
   * a CSV file as `text/csv`.
   */
  text<Id extends OperationId>(id: Id, input: Input<Id>, type?: `text/${string}`): Promise<string>;
  /** The answer as server-sent events, until the server ends them or `signal` does. */
  events<Id extends OperationId>(id: Id, input: Input<Id>, signal?: AbortSignal): AsyncIterable<ServerEvent>;
  /** The answer as text while it comes, until the server ends it or `signal` does. */
  stream<Id extends OperationId>(id: Id, input: Input<Id>, signal?: AbortSignal): AsyncIterable<string>;
}

export interface ClientOptions {
  /** The API's root, without `/v1`. */
  server: string;
  /** A bearer token; what is open to all needs none. */
  token?: string;
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** The longest that the API itself takes: a long poll of 25 s, a program of 20 s on a host, and their way. */
const REQUEST_SECONDS = 40;

export function createClient(options: ClientOptions): Client {
  const calls = Object.keys(OPERATIONS).map((id) => [
    id,
    (input: AnyInput = {}) => call(options, id as OperationId, input),
  ]);
  const rest: Omit<Client, OperationId> = {
    async text(id, input, type = 'text/plain') {
      return await (await send(options, id, input as AnyInput, { accept: type })).text();
    },
    async *events(id, input, signal) {
      yield* readServerEvents(
        flow(options, id, input as AnyInput, { accept: 'text/event-stream', ...(signal && { signal }) }),
      );
    },
    stream: (id, input, signal) =>
      flow(options, id, input as AnyInput, { accept: 'text/plain', ...(signal && { signal }) }),
  };
  return { ...Object.fromEntries(calls), ...rest } as Client;
}

/** What any operation may be given; its own type has said which of it. */
interface AnyInput {
  query?: object;
  body?: unknown;
  form?: FormData;
  bytes?: { type: string; data: Uint8Array | string };
  idempotencyKey?: string | undefined;
}

async function call(options: ClientOptions, id: OperationId, input: AnyInput): Promise<unknown> {
  const { answers } = OPERATIONS[id];
  const isJson = answers.includes('application/json');
  const response = await send(options, id, input, {
    accept: isJson ? 'application/json' : (answers[0] ?? '*/*'),
  });
  if (answers.length === 0) return undefined;
  return isJson ? await response.json() : await response.text();
}

async function* flow(
  options: ClientOptions,
  id: OperationId,
  input: AnyInput,
  how: { accept: string; signal?: AbortSignal },
): AsyncIterable<string> {
  const ended = new AbortController();
  // Only the beginning has a deadline: what follows may be silent for long.
  const late = setTimeout(
    () => ended.abort(new DOMException('it took too long', 'TimeoutError')),
    REQUEST_SECONDS * 1000,
  );
  const leave = () => ended.abort(how.signal?.reason);
  if (how.signal?.aborted) leave();
  how.signal?.addEventListener('abort', leave, { once: true });
  const { signal } = ended;
  const decoder = new TextDecoder();
  try {
    const { body } = await send(options, id, input, { accept: how.accept, signal }).finally(() =>
      clearTimeout(late),
    );
    for await (const bytes of (body ?? []) as AsyncIterable<Uint8Array>)
      yield decoder.decode(bytes, { stream: true });
  } catch (error) {
    if (how.signal?.aborted) return;
    throw error;
  } finally {
    how.signal?.removeEventListener('abort', leave);
  }
}

async function send(
  { server, token, fetch: ask = fetch }: ClientOptions,
  id: OperationId,
  input: AnyInput,
  { accept, signal }: { accept: string; signal?: AbortSignal },
): Promise<Response> {
  const { method } = OPERATIONS[id];
  const { body, form, bytes, idempotencyKey } = input;
  const type = bytes?.type ?? (body === undefined ? undefined : 'application/json');
  const headers = {
    Accept: accept,
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    ...(type === undefined ? {} : { 'Content-Type': type }),
    ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
  };
  const sent = form ?? bytes?.data ?? (body === undefined ? null : JSON.stringify(body));
  const response = await ask(`${server.replace(/\/+$/, '')}${pathOf(id, input)}`, {
    method,
    headers,
    body: sent as NonNullable<RequestInit['body']> | null,
    signal: signal ?? AbortSignal.timeout(REQUEST_SECONDS * 1000),
  }).catch((error: unknown) => {
    throw signal?.aborted ? error : new Unreachable(server, error);
  });
  if (!response.ok) throw new ApiError(response.status, await problemOf(response));
  return response;
}

function pathOf(id: OperationId, input: AnyInput): string {
  const parameters = input as Record<string, unknown>;
  const path = OPERATIONS[id].path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(parameters[name] ?? '');
    // A URL would be another one with these in it.
    if (/^\.{0,2}$/.test(value)) throw new TypeError(`"${value}" cannot be the name of a ${name}`);
    return encodeURIComponent(value);
  });
  const query = new URLSearchParams(
    Object.entries(input.query ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    ),
  );
  return query.size === 0 ? path : `${path}?${query}`;
}

async function problemOf(response: Response): Promise<Record<string, unknown>> {
  try {
    return (await response.json()) as Record<string, unknown>;
  } catch {
    return {};
  }
}
