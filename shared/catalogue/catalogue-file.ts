import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { z } from 'zod';
import { messageOf, SlipwayError } from '../core/errors.ts';

/** @throws SlipwayError `invalid_input` naming the file, with everything wrong in it. */
export async function readYaml<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const text = await readText(file);
  const parsed = schema.safeParse(within(file, () => parse(text)));
  if (parsed.success) return parsed.data;
  const words = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw wrong(file, words.join('; '));
}

export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw wrong(file, messageOf(error));
  }
}

/** Whatever is thrown within names the file. */
export function within<Result>(file: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw wrong(file, messageOf(error));
  }
}

export function wrong(file: string, reason: string): SlipwayError {
  return new SlipwayError('invalid_input', `catalogue: ${file}: ${reason}`);
}
