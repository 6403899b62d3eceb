import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import type { ErrorCode } from '../../shared/core/errors.ts';
import { type AnyOperation, IdempotencyKey } from './operation.ts';
import { STATUS } from './problem.ts';
import { Problem } from './problem-schema.ts';

/** Puts an operation in the document, with all that it may answer. */
export function describeOperation(registry: OpenAPIRegistry, operation: AnyOperation): void {
  const { access, body, rawBody } = operation;
  const taken = [
    ...(body === undefined ? [] : [['application/json', { schema: body }] as const]),
    ...(rawBody?.types ?? []).map((type) => [type, { schema: z.string() }] as const),
  ];
  const requestBody =
    taken.length === 0 ? {} : { body: { required: true, content: Object.fromEntries(taken) } };
  registry.registerPath({
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

function refusalsOf({ access, body, rawBody, params, query, repeatable, refuses = [] }: AnyOperation) {
  const codes = new Set<ErrorCode>(refuses);
  if (access !== 'open') codes.add('unauthenticated');
  if (typeof access !== 'string') codes.add('forbidden');
  if (body ?? rawBody) for (const code of ['too_large', 'unsupported_media_type'] as const) codes.add(code);
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
