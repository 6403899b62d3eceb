import type { Context } from 'hono';
import { accepts } from 'hono/accepts';

/** Which of the types that an operation can answer the caller prefers; the first where they do not say. */
export function prefers(context: Context, types: [string, ...string[]]): string {
  return accepts(context, { header: 'Accept', supports: types, default: types[0] });
}
