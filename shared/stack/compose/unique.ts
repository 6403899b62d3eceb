import { type Place, refuse } from './by-kind.ts';

/** Tells what is in a list twice, in whatever order its keys are. */
export function refuseTwice(list: unknown[], context: Place): void {
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const written = writeSorted(item);
    if (seen.has(written)) refuse(context, [index], `${written} is there twice`);
    seen.add(written);
  }
}

function writeSorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : typeof inner === 'bigint'
        ? String(inner)
        : inner,
  );
}
