import type { Tagged } from './tagged-store.ts';
import type { Form } from './wire/form.ts';
import { Ec2Refusal } from './wire/refusal.ts';

export interface Filter {
  name: string;
  values: string[];
}

/** What a filter's name reads of a thing. */
export type FilterTable<T> = Record<
  string,
  (item: T) => string | number | boolean | readonly (string | undefined)[] | undefined
>;

/** EC2's bounds on one request. */
const MOST_FILTERS = 50;
const MOST_VALUES = 200;

export function readFilters(form: Form): Filter[] {
  const filters = form
    .parts('Filter')
    .map((part) => ({ name: part.required('Name'), values: part.list('Value') }));
  if (filters.length > MOST_FILTERS || filters.some(({ values }) => values.length > MOST_VALUES)) {
    throw new Ec2Refusal('FilterLimitExceeded', 'The maximum number of filter values on a request is 200.');
  }
  for (const { name, values } of filters) {
    if (values.length === 0) {
      throw new Ec2Refusal('InvalidParameterValue', `The filter '${name}' must have at least one value`);
    }
  }
  return filters;
}

/** All filters must match, each by any of its values; `*` and `?` stand for what they do everywhere, case counts. */
export function matcher<T extends Pick<Tagged, 'tags'>>(
  filters: Filter[],
  table: FilterTable<T>,
): (item: T) => boolean {
  const tests = filters.map(({ name, values }) => {
    const read = readerOf(name, table);
    const matches = matcherOfValues(values);
    return (item: T) => {
      const found = read(item);
      if (Array.isArray(found)) return found.some((one) => one !== undefined && matches(String(one)));
      return found !== undefined && matches(String(found));
    };
  });
  return (item) => tests.every((test) => test(item));
}

function readerOf<T extends Pick<Tagged, 'tags'>>(
  name: string,
  table: FilterTable<T>,
): FilterTable<T>[string] {
  if (name.startsWith('tag:')) {
    const key = name.slice(4);
    return (item) => item.tags.get(key);
  }
  if (name === 'tag-key') return (item) => [...item.tags.keys()];
  const read = Object.hasOwn(table, name) ? table[name] : undefined;
  if (read === undefined) throw new Ec2Refusal('InvalidParameterValue', `The filter '${name}' is invalid`);
  return read;
}

function matcherOfValues(values: string[]): (text: string) => boolean {
  const exact = new Set(values.filter((value) => !/[*?\\]/.test(value)));
  const patterns = values.filter((value) => !exact.has(value)).map(patternOf);
  return (text) => exact.has(text) || patterns.some((pattern) => pattern.test(text));
}

function patternOf(value: string): RegExp {
  const source = value.replace(/\\([\s\S])|[\s\S]/g, (character, escaped?: string) => {
    if (escaped !== undefined) return literal(escaped);
    if (character === '*') return '.*';
    return character === '?' ? '.' : literal(character);
  });
  return new RegExp(`^${source}$`, 's');
}

function literal(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\/-]/, '\\$&');
}
