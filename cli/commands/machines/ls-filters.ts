import type { Machine } from '../../../client/operations.ts';
import { UsageError } from '../../errors.ts';

const KEYS: Record<string, (machine: Machine, value: string) => boolean> = {
  name: ({ name }, value) => new RegExp(value).test(name),
  driver: ({ driver }, value) => same(driver, value),
  state: ({ state }, value) => same(state, value),
  swarm: ({ swarm = '' }, value) => same(swarm, value),
  // Our machines' engines carry no labels of their own.
  label: () => false,
};

/** docker-machine's filters: one of the values of each key that is named. @throws UsageError in its words. */
export function readFilters(given: string[]): (machine: Machine) => boolean {
  const byKey = new Map<string, string[]>();
  for (const text of given) {
    const [, key, value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    if (key === undefined || value === undefined)
      throw new UsageError('Unsupported filter syntax; write key=value');
    const name = key.toLowerCase();
    if (!Object.hasOwn(KEYS, name)) {
      throw new UsageError(`Unsupported filter key '${name}'; there is: ${Object.keys(KEYS).join(', ')}`);
    }
    if (name === 'name') checkPattern(value);
    byKey.set(name, [...(byKey.get(name) ?? []), value]);
  }
  return (machine) =>
    [...byKey].every(([key, values]) => values.some((value) => KEYS[key]?.(machine, value)));
}

function checkPattern(pattern: string): void {
  try {
    new RegExp(pattern);
  } catch (error) {
    throw new UsageError(`--filter name: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
