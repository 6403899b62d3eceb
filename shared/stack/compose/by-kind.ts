import { z } from 'zod';

export type Kind = 'text' | 'number' | 'boolean' | 'list' | 'mapping' | 'nothing';

const WORDS: Record<Kind, string> = {
  text: 'text',
  number: 'a number',
  boolean: 'true or false',
  list: 'a list',
  mapping: 'a mapping',
  nothing: 'empty',
};

/** What a YAML value is. */
export function kindOf(value: unknown): Kind {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'object' ? 'mapping' : 'number';
}

/**
 * A value that may be written in several ways, told apart by what it is: so that what is wrong in it is told in the
 * words of the way it was written, with its own place, where a union would list every way that it is not.
 */
export function byKind<Ways extends Partial<Record<Kind, z.ZodType>>>(ways: Ways) {
  return z.unknown().transform((value, context): z.output<NonNullable<Ways[keyof Ways]>> => {
    const kind = kindOf(value);
    const way = ways[kind];
    if (way === undefined) {
      refuse(context, [], wrongKind(value, Object.keys(ways) as Kind[]));
      return z.NEVER;
    }
    return passOn(way, value, context) as z.output<NonNullable<Ways[keyof Ways]>>;
  });
}

/** `must be text or a list, not a number`, and what to do where quotes are the cure. */
export function wrongKind(value: unknown, kinds: Kind[]): string {
  if (value === undefined) return 'is missing';
  const kind = kindOf(value);
  const names = kinds.map((name) => WORDS[name]);
  const wanted = names.length < 2 ? names[0] : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
  const quotable = kinds.includes('text') && (kind === 'number' || kind === 'boolean');
  const cure = quotable ? `: put it in quotes, "${String(value)}"` : '';
  return `must be ${wanted}, not ${WORDS[kind]}${cure}`;
}

/** The part of zod's transform context that tells an issue at a path below. */
export interface Place {
  issues: unknown[];
}

/** Tells what is wrong at a path below. */
export function refuse(context: Place, path: PropertyKey[], message: string): void {
  // zod puts the path to here in front, in place: it must own the array.
  context.issues.push({ code: 'custom', message, input: undefined, path: [...path] });
}

/** Reads a value by another schema, whose issues become this one's. */
export function passOn<S extends z.ZodType>(schema: S, value: unknown, context: Place): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    context.issues.push({ ...issue, input: undefined, path: [...issue.path] });
  }
  return z.NEVER;
}
