import { isMapping, joinKey } from './differences.ts';

/** A value with one thing in it changed. */
export interface Mutant<T> {
  /** As differences are told. */
  path: string;
  change: string;
  value: T;
}

/** An engine looks 15 s for a driver that nobody has. */
const OTHER_DRIVERS: Record<string, string> = { overlay: 'bridge', default: 'null' };

/**
 * Every change of one thing: a number by one, a text by a letter, a flag turned, an item or a key left out. What is
 * null or empty sets nothing.
 */
export function mutantsOf<T>(value: T): Mutant<T>[] {
  return changesOf(value, '', undefined) as Mutant<T>[];
}

function changesOf(value: unknown, path: string, key: string | undefined): Mutant<unknown>[] {
  if (typeof value === 'number') {
    const next = value + 1;
    // Beyond 2^53 one more is nothing.
    return [{ path, change: `${value} + 1`, value: next === value ? value / 2 : next }];
  }
  if (typeof value === 'boolean') return [{ path, change: `not ${value}`, value: !value }];
  if (typeof value === 'string') {
    const other = key === 'Driver' ? OTHER_DRIVERS[value] : undefined;
    if (other !== undefined) return [{ path, change: `${other} instead`, value: other }];
    return [{ path, change: 'with an x', value: withLetter(value, key) }];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      const here = `${path}[${index}]`;
      return [
        { path: here, change: 'left out', value: value.toSpliced(index, 1) },
        ...changesOf(item, here, undefined).map((each) => ({
          ...each,
          value: value.with(index, each.value),
        })),
      ];
    });
  }
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const here = joinKey(path, name);
    const { [name]: _, ...others } = value;
    const changed = changesOf(inner, here, name).map((each) => ({
      ...each,
      value: { ...value, [name]: each.value },
    }));
    return setsNothing(inner) ? changed : [{ path: here, change: 'left out', value: others }, ...changed];
  });
}

/** Data is base64, and would not be with a letter more. */
function withLetter(text: string, key: string | undefined): string {
  return key === 'Data'
    ? Buffer.concat([Buffer.from(text, 'base64'), Buffer.from('x')]).toString('base64')
    : `${text}x`;
}

function setsNothing(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'object' && Object.values(value).every(setsNothing);
}
