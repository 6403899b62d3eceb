import { type InputIssue, SlipwayError } from '../core/errors.ts';
import { guess } from '../core/nearest.ts';
import type { StackSource } from '../lab/stack-source.ts';
import type { StackEntry, StackParameter } from '../lab/template.ts';

/**
 * What one of the catalogue's stacks is deployed from, with the given parameters and the defaults of the rest.
 * @throws SlipwayError `invalid_input` with everything wrong with the parameters at once; never with their values.
 */
export function stackFromCatalogue(entry: StackEntry, parameters: Record<string, string>): StackSource {
  const { name, parameters: declared, source } = entry;
  const given = new Map(Object.entries(parameters));
  const issues: InputIssue[] = [
    ...[...given.keys()]
      .filter((key) => !declared.some((parameter) => parameter.name === key))
      .map((key) => issue(key, unknownWords(name, key, declared))),
    ...declared.flatMap((parameter) => {
      const problem = problemOf(parameter, given.get(parameter.name));
      return problem === undefined ? [] : [issue(parameter.name, problem)];
    }),
  ];
  if (issues.length > 0) {
    throw new SlipwayError('invalid_input', issues.map(({ message }) => message).join('; '), { issues });
  }
  return { ...source, variables: { ...defaultsOf(declared), ...parameters } };
}

/** What the variables of a stack stand for while nobody says otherwise. */
export function defaultsOf(declared: StackParameter[]): Record<string, string> {
  return Object.fromEntries(
    declared.flatMap((parameter) =>
      parameter.default === undefined ? [] : [[parameter.name, parameter.default]],
    ),
  );
}

/** Why a value is none for the parameter, or undefined. */
export function problemOf(parameter: StackParameter, value: string | undefined): string | undefined {
  const { name, required, kind, pattern, description } = parameter;
  if (value === undefined) {
    return required && parameter.default === undefined ? `${name} is missing: ${description}` : undefined;
  }
  // Nothing is a value too: it takes away a default.
  if (value === '') return required ? `${name} must not be empty: ${description}` : undefined;
  if (/\p{Cc}/u.test(value)) return `${name} must be one line without control characters`;
  if (kind === 'url' && !isWebAddress(value)) {
    return `${name} must be a whole address that begins with http:// or https://`;
  }
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(value)) {
    return `${name} does not look as it must: ${description}`;
  }
  return undefined;
}

function isWebAddress(value: string): boolean {
  return /^https?:\/\/\S+$/.test(value) && URL.canParse(value);
}

function unknownWords(stack: string, key: string, declared: StackParameter[]): string {
  const names = declared.map(({ name }) => name);
  const what = names.length === 0 ? 'it takes none' : `it takes ${names.join(', ')}`;
  return `${stack} has no parameter "${key.slice(0, 64)}"; ${guess(key, names)}${what}`;
}

function issue(name: string, message: string): InputIssue {
  return { pointer: `/parameters/${name.slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1')}`, message };
}
