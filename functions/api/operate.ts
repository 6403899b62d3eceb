import type { z } from 'zod';
import { touchStudent } from '../../shared/service/classes/touch-student.ts';
import { authenticate } from './auth.ts';
import type { Access, AnyOperation, Api, Input, nothing, Operation } from './operation.ts';
import { readInput } from './read-input.ts';

type Nothing = typeof nothing;

/** Adds an operation to the app and to its document. Its whole input is checked before `handle`, every error at once. */
export function operate<
  const Who extends Access,
  Params extends z.ZodType = Nothing,
  Query extends z.ZodType = Nothing,
  Body extends z.ZodType = Nothing,
>(
  { app, operations, deps, callers }: Api,
  operation: Operation<Who, Params, Query, Body>,
  handle: (input: Input<Who, Params, Query, Body>) => Promise<Response> | Response,
): void {
  operations.push(operation as unknown as AnyOperation);
  app.on(operation.method.toUpperCase(), operation.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (context) => {
    const { access } = operation;
    const caller = typeof access === 'string' ? undefined : await authenticate(deps, context, access);
    if (caller !== undefined) {
      callers.set(context.req.raw, caller);
      touchStudent(deps, caller);
    }
    const read = await readInput(context, operation);
    return await handle({ ...read, caller, context } as Input<Who, Params, Query, Body>);
  });
}
