/** Counts the calls of an object's methods from now on. @returns what was counted, by name; those that were not called are left out. */
export function countCalls(target: object): () => Record<string, number> {
  const counts: Record<string, number> = {};
  const record = target as Record<string, unknown>;
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(target))) {
    const method = record[name];
    if (name === 'constructor' || typeof method !== 'function') continue;
    record[name] = (...given: unknown[]) => {
      counts[name] = (counts[name] ?? 0) + 1;
      return method.apply(target, given);
    };
  }
  return () => ({ ...counts });
}
