import type { Page } from '../../ports/store.ts';
import { pageOf, sortKeyOf } from './cursor.ts';
import type { DynamoTable, Item } from './dynamo-table.ts';
import { dueMoment, type ItemKey } from './keys.ts';
import type { TableIndex } from './table.ts';

/** A page of the records that an index lists, newest first; one forgotten since the index was read is left out. */
export async function listNewest(
  table: DynamoTable,
  of: { index: TableIndex; partition: string },
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<Page<Item>> {
  const keys = await table.query({
    ...of,
    ...(cursor === undefined ? {} : { before: sortKeyOf(cursor) }),
    descending: true,
    limit: limit + 1,
  });
  const page = pageOf(keys, limit, (key) => String(key.createdKey));
  const wanted = page.items.map(({ PK, SK }) => ({ PK, SK }) as ItemKey);
  const records = new Map((await table.getAll(wanted)).map((item) => [item.PK, item]));
  return { ...page, items: wanted.map(({ PK }) => records.get(PK)).filter((item) => item !== undefined) };
}

/** A page of what is due at or before `until` in these partitions of the due index, soonest first. */
export async function listDue(
  table: DynamoTable,
  partitions: string[],
  { until, limit, cursor }: { until: number; limit: number; cursor?: string },
): Promise<Page<{ id: string; dueAt: number }>> {
  const range = {
    // `!` sorts before every character of an id: from just after where the last page ended.
    from: cursor === undefined ? dueMoment(0) : `${sortKeyOf(cursor)}!`,
    to: dueMoment(until + 1),
  };
  if (range.from > range.to) return { items: [] };
  const found = await Promise.all(
    partitions.map((partition) => table.query({ index: 'labs-due', partition, ...range, limit: limit + 1 })),
  );
  const soonest = found
    .flat()
    .map((key) => String(key.dueKey))
    .sort();
  const page = pageOf(soonest, limit, (key) => key);
  return { ...page, items: page.items.map(dueOf) };
}

/** Moves a due time where it is still `from`. @returns the record as written. */
export async function moveDue(
  table: DynamoTable,
  key: ItemKey,
  from: number,
  due: Item,
): Promise<Item | undefined> {
  return await table.update(key, due, { expression: '#dueAt = :from', values: { ':from': from } });
}

/**
 * A due time with its place in the due index; undefined takes the record out of it.
 * @param place what `dueAttributes` or `classDueAttributes` says of the moment.
 */
export function dueChanges(
  dueAt: number | undefined,
  place: (dueAt: number) => { dueShard: string; dueKey: string },
): Item {
  if (dueAt === undefined) return { dueAt: undefined, dueShard: undefined, dueKey: undefined };
  return { dueAt, ...place(dueAt) };
}

function dueOf(dueKey: string): { id: string; dueAt: number } {
  const [moment = '', id = ''] = dueKey.split('#');
  return { id, dueAt: Number(moment) };
}
