import { type Document, isScalar, visit } from 'yaml';

/**
 * Keys that a mapping has twice, with where the second is. The parser's own check compares every key with every other:
 * seconds for a file of ten thousand.
 */
export function duplicateKeys(document: Document): { key: string; offset: number }[] {
  const found: { key: string; offset: number }[] = [];
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        // Several mappings may be merged into one.
        if (seen.has(name) && name !== '<<') found.push({ key: name, offset: key.range?.[0] ?? 0 });
        seen.add(name);
      }
    },
  });
  return found;
}
