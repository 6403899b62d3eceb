import { z } from 'zod';
import { Moment, WholeFloat } from './plain-scalar.ts';

/** `float` is a whole number written as a float; who does not tell it apart takes it as a number. */
export type Kind = 'text' | 'number' | 'float' | 'moment' | 'boolean' | 'list' | 'mapping' | 'nothing';

const WORDS: Record<Kind, string> = {
  text: 'text',
  number: 'a number',
  float: 'a number',
  moment: 'a date',
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
  if (value instanceof WholeFloat) return 'float';
  if (value instanceof Moment) return 'moment';
  return typeof value === 'object' ? 'mapping' : 'number';
}

/**
 * A value that may be written in several ways, told apart by what it is: so that what is wrong in it is told in the
 * words of the way it was written, with its own place, where a union would list every way that it is not.
 */
export function byKind<Ways extends Partial<Record<Kind, z.ZodType>>>(ways: Ways) {
  return z.unknown().transform((value, context): z.output<NonNullable<Ways[keyof Ways]>> => {
    const kind = kindOf(value);
    const asNumber = kind === 'float' && ways.float === undefined;
    const way = asNumber ? ways.number : ways[kind];
    if (way === undefined) {
      refuse(context, [], wrongKind(value, Object.keys(ways) as Kind[]));
      return z.NEVER;
    }
    return passOn(way, asNumber ? (value as WholeFloat).value : value, context) as z.output<
      NonNullable<Ways[keyof Ways]>
    >;
  });
}

/** `must be text or a list, not a number`, and what to do where quotes are the cure. */
export function wrongKind(value: unknown, kinds: Kind[]): string {
  if (value === undefined) return 'is missing';
  const kind = kindOf(value);
  const names = kinds.filter((name) => name !== 'float' && name !== 'moment').map((name) => WORDS[name]);
  const wanted = names.length < 2 ? names[0] : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
  const quotable = kinds.includes('text') && ['number', 'float', 'boolean', 'moment'].includes(kind);
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
