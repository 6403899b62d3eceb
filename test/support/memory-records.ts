import type { Page } from '../../shared/ports/store.ts';

/** As a record that was written and read: undefined fields are gone. */
export function copy<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}

/** The first of what was found, and where the rest begins. */
export function pageOf<Found>(found: Found[], limit: number, place: (item: Found) => string): Page<Found> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return found.length > limit && last !== undefined ? { items, cursor: place(last) } : { items };
}
