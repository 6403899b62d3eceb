import type { Context } from 'hono';
import { z } from 'zod';
import { type InputIssue, SlipwayError } from '../../shared/core/errors.ts';
import { parseInput } from './issue-words.ts';
import { type AnyOperation, IdempotencyKey, nothing } from './operation.ts';
import { MOST_BODY_BYTES, readBytes, readJson, requireType } from './read-body.ts';

const JSON_TYPE = 'application/json';

/** Checks path, query, key and body of a request together. @throws SlipwayError `invalid_input` with every issue. */
export async function readInput(context: Context, operation: AnyOperation) {
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
    raw: body.raw,
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
  const none = { data: undefined, raw: undefined, issues: [] as InputIssue[] };
  if (operation.method === 'get') return none;
  const { rawBody, body } = operation;
  const bytes = await readBytes(context, limitOf(context, operation));
  if (rawBody !== undefined) {
    const json = body === undefined ? [] : [JSON_TYPE];
    const type = requireType(context, [...rawBody.types, ...json]);
    const contentType = context.req.header('Content-Type') ?? '';
    if (type !== JSON_TYPE || body === undefined) return { ...none, raw: { type, contentType, bytes } };
  }
  if (body === undefined && bytes.length === 0) return none;
  if (bytes.length > 0) requireType(context, [JSON_TYPE]);
  const parsed = parseInput(body ?? nothing, bytes.length === 0 ? undefined : readJson(bytes));
  return { ...none, data: parsed.data, issues: parsed.issues };
}

/** Each way to send a body has its limit: a CSV may be larger than JSON. */
function limitOf(context: Context, { rawBody, bodyLimitBytes }: AnyOperation): number {
  const isJson = (context.req.header('Content-Type') ?? '').toLowerCase().startsWith(JSON_TYPE);
  if (isJson && bodyLimitBytes !== undefined) return bodyLimitBytes;
  return rawBody?.limitBytes ?? bodyLimitBytes ?? MOST_BODY_BYTES;
}
