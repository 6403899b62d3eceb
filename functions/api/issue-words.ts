import type { z } from 'zod';
import type { InputIssue } from '../../shared/core/errors.ts';
import { guess } from '../../shared/core/nearest.ts';

/** Enough to mend anything that was meant; a body of 256 KiB can hold a hundred thousand mistakes. */
const MOST_ISSUES = 50;
const LONGEST_WORD = 60;

/** Parses, and says everything that is wrong: what it must be, and what was probably meant. */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): { data: z.output<Schema>; issues: [] } | { data: undefined; issues: InputIssue[] } {
  const parsed = schema.safeParse(input, { error: wordsOf });
  if (parsed.success) return { data: parsed.data, issues: [] };
  const issues = parsed.error.issues.flatMap((issue) => issuesOf(schema, issue));
  return { data: undefined, issues: issues.slice(0, MOST_ISSUES) };
}

function issuesOf(schema: z.core.$ZodType, issue: z.core.$ZodIssue): InputIssue[] {
  const pointer = pointerTo(issue.path);
  if (issue.code === 'invalid_union') return unionIssues(schema, issue);
  if (issue.code === 'invalid_key') {
    return issue.issues.map(({ message }) => ({ pointer, message: `has a name that ${message}` }));
  }
  if (issue.code !== 'unrecognized_keys') return [{ pointer, message: issue.message }];
  const known = keysAt(schema, issue.path);
  return issue.keys
    .slice(0, MOST_ISSUES)
    .map((key) => ({ pointer: `${pointer}${pointerTo([key])}`, message: unknownKey(key, known) }));
}

/** What may be written in several ways is told in the words of the way it was written. */
function unionIssues(schema: z.core.$ZodType, issue: z.core.$ZodIssueInvalidUnion): InputIssue[] {
  const ways = issue.errors.map((way) => way.map((one) => ({ ...one, path: [...issue.path, ...one.path] })));
  const isAnother = ({ code, path }: z.core.$ZodIssue) =>
    code === 'invalid_type' && path.length === issue.path.length;
  const meant = ways.find((way) => !way.some(isAnother));
  if (meant !== undefined) return meant.flatMap((one) => issuesOf(schema, one));
  const wanted = ways
    .flatMap((way) => way.filter(isAnother))
    .map((one) => one as z.core.$ZodIssueInvalidType);
  const names = [...new Set(wanted.map(({ expected }) => TYPE_WORDS[expected] ?? expected))];
  return [{ pointer: pointerTo(issue.path), message: `must be ${names.join(' or ')}` }];
}

/** Of a pointer's parts, RFC 6901. */
function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${shorten(String(part)).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function wordsOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const expected = TYPE_WORDS[issue.expected] ?? issue.expected;
      return issue.input === undefined
        ? `is missing; it must be ${expected}`
        : `must be ${expected}, not ${typeOf(issue.input)}`;
    }
    case 'invalid_value': {
      const known = issue.values.map(String);
      const list = known.length === 1 ? `must be ${known[0]}` : `must be one of: ${known.join(', ')}`;
      if (issue.input === undefined) return `is missing; it ${list}`;
      if (typeof issue.input !== 'string') return `${list}; not ${typeOf(issue.input)}`;
      return `is "${shorten(issue.input)}": ${guess(issue.input, known)}it ${list}`;
    }
    case 'too_small':
    case 'too_big': {
      const [bound, limit] =
        issue.code === 'too_small' ? ['at least', issue.minimum] : ['at most', issue.maximum];
      if (issue.origin === 'string') return `must be ${bound} ${limit} characters long`;
      if (issue.origin === 'array') return `must hold ${bound} ${limit}`;
      return `must be ${bound} ${limit}`;
    }
    case 'unrecognized_keys':
    case 'custom':
    case 'invalid_format':
      return undefined;
    default:
      return 'is not what is wanted here; see /docs';
  }
}

const TYPE_WORDS: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

function typeOf(input: unknown): string {
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'number' && Number.isNaN(input)) return 'something else';
  return TYPE_WORDS[typeof input] ?? typeof input;
}

function unknownKey(key: string, known: string[]): string {
  const list = known.length === 0 ? 'nothing is taken here' : `known are: ${known.join(', ')}`;
  return `is not known; ${guess(key, known)}${list}`;
}

function shorten(text: string): string {
  return text.length > LONGEST_WORD ? `${text.slice(0, LONGEST_WORD)}…` : text;
}

/** The keys that the object at a path of a schema takes. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const { def } = schema._zod as unknown as { def: SchemaDef };
  if (def.options !== undefined) return [...new Set(def.options.flatMap((way) => keysAt(way, path)))];
  const inner = def.innerType ?? def.in;
  if (inner !== undefined) return keysAt(inner, path);
  const [head, ...rest] = path;
  if (head === undefined) return Object.keys(def.shape ?? {});
  const next = def.element ?? def.shape?.[String(head)];
  return next === undefined ? [] : keysAt(next, rest);
}

/** The parts of zod's definitions that lead from a schema to the ones inside it. */
interface SchemaDef {
  shape?: Record<string, z.core.$ZodType>;
  element?: z.core.$ZodType;
  /** Of optional, default and the like. */
  innerType?: z.core.$ZodType;
  /** Of a pipe. */
  in?: z.core.$ZodType;
  /** Of a union. */
  options?: z.core.$ZodType[];
}
