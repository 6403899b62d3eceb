/** Every page of a list, to its end. */
export async function everyPage<Found>(
  page: (cursor: { cursor?: string }) => Promise<{ items: Found[]; cursor?: string }>,
): Promise<{ found: Found[]; sizes: number[] }> {
  const found: Found[] = [];
  const sizes: number[] = [];
  let cursor: string | undefined;
  do {
    const { items, cursor: next } = await page(cursor === undefined ? {} : { cursor });
    found.push(...items);
    sizes.push(items.length);
    cursor = next;
    if (sizes.length > 1_000) throw new Error('the pages never end');
  } while (cursor !== undefined);
  return { found, sizes };
}
