import type { Page } from '../ports/store.ts';

/** What a caller asks of a list. */
export interface PageQuery {
  limit: number;
  /** Of the page before. */
  cursor?: string | undefined;
}

/**
 * A page of a list that comes whole, in the order of its keys, which are unique. The cursor is the last key: what comes
 * and goes between two pages moves nothing else.
 */
export function pageOf<Item>(
  items: Item[],
  keyOf: (item: Item) => string,
  { limit, cursor }: PageQuery,
): Page<Item> {
  const after = cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString('utf8');
  const rest = items
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => after === undefined || key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ item }) => item),
    ...(last === undefined || rest.length <= limit
      ? {}
      : { cursor: Buffer.from(last.key).toString('base64url') }),
  };
}
