interface Page<Item> {
  items: Item[];
  cursor?: string;
}

/** Every item of a list that comes in pages. */
export async function allPages<Item>(
  ask: (query: { limit: number; cursor: string | undefined }) => Promise<Page<Item>>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask({ limit: 100, cursor });
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return items;
}
