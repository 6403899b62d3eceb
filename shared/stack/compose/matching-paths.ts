import { kindOf } from './by-kind.ts';

/** Every path of a file's data that a pattern such as `services.*.ports.[].{}` means. */
export function matchingPaths(data: unknown, pattern: string): PropertyKey[][] {
  return pattern === '' ? [[]] : below(data, pattern.split('.'));
}

function below(value: unknown, [part, ...rest]: string[]): PropertyKey[][] {
  if (part === undefined) return [[]];
  return entries(value, part).flatMap(([key, inner]) =>
    below(inner, rest).map((path) => (key === undefined ? path : [key, ...path])),
  );
}

function entries(value: unknown, part: string): [PropertyKey | undefined, unknown][] {
  const kind = kindOf(value);
  if (part === '{}') return kind === 'mapping' ? [[undefined, value]] : [];
  if (part === '[]') return kind === 'list' ? (value as unknown[]).map((item, index) => [index, item]) : [];
  if (kind !== 'mapping') return [];
  const mapping = value as Record<string, unknown>;
  if (part === '*') return Object.entries(mapping);
  return Object.hasOwn(mapping, part) ? [[part, mapping[part]]] : [];
}

/** What is at a path. */
export function valueAt(data: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    data,
  );
}
