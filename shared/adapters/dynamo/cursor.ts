import { SlipwayError } from '../../core/errors.ts';
import type { Page } from '../../ports/store.ts';

/** The sort key a page ended on, made opaque. It grants nothing: the partition always comes from the caller's rights. */
function cursorOf(sortKey: string): string {
  return Buffer.from(sortKey).toString('base64url');
}

/** @throws SlipwayError `invalid_input` for what was never one of ours. */
export function sortKeyOf(cursor: string): string {
  const sortKey = Buffer.from(cursor, 'base64url').toString();
  if (cursorOf(sortKey) === cursor && /^[\x21-\x7e]{1,200}$/.test(sortKey)) return sortKey;
  const message = 'is no cursor of this list: leave it out to begin again';
  throw new SlipwayError('invalid_input', `cursor ${message}`, { issues: [{ pointer: '/cursor', message }] });
}

/** @param found one more than the page holds, where there is more. */
export function pageOf<Found>(
  found: Found[],
  limit: number,
  sortKeyOfItem: (item: Found) => string,
): Page<Found> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return found.length > limit && last !== undefined
    ? { items, cursor: cursorOf(sortKeyOfItem(last)) }
    : { items };
}
