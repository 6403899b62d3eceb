import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { z } from 'zod';
import { type ErrorCode, type InputIssue, SlipwayError } from '../../shared/core/errors.ts';
import type { Deps } from '../../shared/ports/deps.ts';
import type { Caller, Role } from '../../shared/service/caller.ts';
import { authenticate } from './auth.ts';
import { parseInput } from './issue-words.ts';
import { Problem, STATUS } from './problem.ts';
import { MOST_BODY_BYTES, readBytes, readJson, requireType } from './read-body.ts';

/** Where the API runs decides these; see the composition roots. */
export interface AppOptions {
  /** May a request wait for news? Not on Lambda, where waiting is paid for. */
  longPoll: boolean;
  /** Of the caller's connection, as the server or gateway knows it; never a header's. */
  remoteAddress: (context: Context) => string | undefined;
}

/** What a request carries along. */
export interface ApiEnv {
  Variables: { caller?: Caller };
}

/** Everything that a group of routes is made from. */
export interface Api {
  app: OpenAPIHono<ApiEnv>;
  deps: Deps;
  options: AppOptions;
}

/** Roles that may call; `open` to all; `machine`: a host's own token, which the use case checks. */
export type Access = readonly Role[] | 'open' | 'machine';

const nothing = z.strictObject({});
type Nothing = typeof nothing;

/** One operation: what the document says of it is what is checked. */
export interface Operation<
  Who extends Access,
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
> {
  method: 'get' | 'post' | 'patch' | 'delete';
  /** As OpenAPI has it: `/v1/labs/{lab}`. */
  path: string;
  id: string;
  tag: string;
  summary: string;
  description?: string;
  access: Who;
  params?: Params;
  query?: Query;
  /** JSON, unless it is a text of another type. */
  body?: Body;
  textBody?: { type: string; limitBytes: number };
  /** Takes an Idempotency-Key. */
  repeatable?: boolean;
  /** Status -> what it means and what it is, by content type. */
  answers: Record<number, { description: string; content?: Record<string, z.ZodType> }>;
  /** Codes beyond those that its input and access bring. */
  refuses?: ErrorCode[];
}

export interface Input<
  Who extends Access,
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
> {
  caller: Who extends readonly Role[] ? Caller : undefined;
  params: z.output<Params>;
  query: z.output<Query>;
  body: z.output<Body>;
  /** Of a `textBody`. */
  text: string;
  key: string | undefined;
  context: Context;
}

const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 printable ASCII characters without blanks');

/** Adds an operation to the app and to its document. Its whole input is checked before `handle`, every error at once. */
export function operate<
  const Who extends Access,
  Params extends z.ZodType = Nothing,
  Query extends z.ZodType = Nothing,
  Body extends z.ZodType = Nothing,
>(
  { app, deps }: Api,
  operation: Operation<Who, Params, Query, Body>,
  handle: (input: Input<Who, Params, Query, Body>) => Promise<Response> | Response,
): void {
  describe(app, operation);
  app.on(operation.method.toUpperCase(), operation.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (context) => {
    const { access } = operation;
    const caller = typeof access === 'string' ? undefined : await authenticate(deps, context, access);
    if (caller !== undefined) context.set('caller', caller);
    const read = await readInput(context, operation);
    return await handle({ ...read, caller, context } as Input<Who, Params, Query, Body>);
  });
}

type AnyOperation = Operation<Access, z.ZodType, z.ZodType, z.ZodType>;

async function readInput(context: Context, operation: AnyOperation) {
  const body = await readBody(context, operation);
  const query = readQuery(context, operation.query ?? nothing);
  const params = parseInput(operation.params ?? nothing, context.req.param());
  const givenKey = operation.repeatable ? context.req.header('Idempotency-Key') : undefined;
  const key = parseInput(z.object({ 'Idempotency-Key': IdempotencyKey.optional() }), {
    'Idempotency-Key': givenKey,
  });
  const issues = [...params.issues, ...query.issues, ...key.issues, ...body.issues];
  if (issues.length > 0) {
    const words = issues
      .slice(0, 3)
      .map(({ pointer, message }) => `${pointer.slice(1) || 'the body'} ${message}`);
    const more = issues.length > 3 ? `; and ${issues.length - 3} more` : '';
    throw new SlipwayError('invalid_input', `${words.join('; ')}${more}`, { issues });
  }
  return {
    params: params.data,
    query: query.data,
    body: body.data,
    text: body.text,
    key: key.data?.['Idempotency-Key'],
  };
}

function readQuery(context: Context, schema: z.ZodType) {
  const given = Object.entries(context.req.queries());
  const twice: InputIssue[] = given
    .filter(([, values]) => values.length > 1)
    .map(([name, values]) => ({
      pointer: `/${name.slice(0, 60)}`,
      message: `is given ${values.length} times; give it once`,
    }));
  const parsed = parseInput(schema, Object.fromEntries(given.map(([name, values]) => [name, values[0]])));
  return { data: parsed.data, issues: [...twice, ...parsed.issues] };
}

async function readBody(context: Context, operation: AnyOperation) {
  const none = { data: undefined, text: '', issues: [] as InputIssue[] };
  if (operation.method === 'get') return none;
  const { textBody, body } = operation;
  const bytes = await readBytes(context, textBody?.limitBytes ?? MOST_BODY_BYTES);
  if (textBody !== undefined) {
    requireType(context, textBody.type);
    return { ...none, text: bytes.toString('utf8') };
  }
  if (body === undefined && bytes.length === 0) return none;
  if (bytes.length > 0) requireType(context, 'application/json');
  const parsed = parseInput(body ?? nothing, bytes.length === 0 ? undefined : readJson(bytes));
  return { ...none, data: parsed.data, issues: parsed.issues };
}

function describe(app: Api['app'], operation: AnyOperation): void {
  const { access, body, textBody } = operation;
  const requestBody =
    body === undefined && textBody === undefined
      ? {}
      : {
          body: {
            required: true,
            content: textBody
              ? { [textBody.type]: { schema: z.string() } }
              : { 'application/json': { schema: body ?? nothing } },
          },
        };
  app.openAPIRegistry.registerPath({
    method: operation.method,
    path: operation.path,
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    security: access === 'open' ? [] : [{ [access === 'machine' ? 'machine' : 'bearer']: [] }],
    'x-roles': typeof access === 'string' ? [access] : [...access],
    request: {
      ...(operation.params ? { params: operation.params as z.ZodObject } : {}),
      ...(operation.query ? { query: operation.query as z.ZodObject } : {}),
      ...(operation.repeatable
        ? { headers: z.object({ 'Idempotency-Key': IdempotencyKey.optional() }) }
        : {}),
      ...requestBody,
    },
    responses: { ...answersOf(operation), ...refusalsOf(operation) },
  });
}

function answersOf({ answers }: AnyOperation) {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { description, content = {} }]) => [
      status,
      {
        description,
        content: Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema }])),
      },
    ]),
  );
}

function refusalsOf({ access, body, textBody, params, query, repeatable, refuses = [] }: AnyOperation) {
  const codes = new Set<ErrorCode>(refuses);
  if (access !== 'open') codes.add('unauthenticated');
  if (typeof access !== 'string') codes.add('forbidden');
  if (body ?? textBody) for (const code of ['too_large', 'unsupported_media_type'] as const) codes.add(code);
  if (body) codes.add('malformed');
  if (body ?? params ?? query) codes.add('invalid_input');
  if (repeatable) for (const code of ['in_progress', 'idempotency_mismatch'] as const) codes.add(code);
  if (access !== 'open') codes.add('store_unavailable');
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const { status } = STATUS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, ofIt]) => [
      status,
      {
        description: ofIt.map((code) => `\`${code}\`: ${STATUS[code].title}`).join('; '),
        content: { 'application/problem+json': { schema: Problem } },
      },
    ]),
  );
}
