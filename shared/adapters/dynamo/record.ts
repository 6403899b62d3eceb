import type { z } from 'zod';
import { SlipwayError } from '../../core/errors.ts';

/**
 * Parses what the table gave; key attributes fall away.
 * @throws SlipwayError `internal` naming the fields that do not fit, never their values.
 */
export function readRecord<Schema extends z.ZodType>(
  schema: Schema,
  item: unknown,
  what: string,
): z.output<Schema> {
  const parsed = schema.safeParse(item);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new SlipwayError(
    'internal',
    `the record of ${what} does not fit the model at ${fields}: it was written by another version, or by hand`,
  );
}
