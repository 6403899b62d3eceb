/**
 * Runs works side by side, so many at once, but never two that need the same thing. They begin in their order, but one that
 * has to wait lets the next go first.
 */
export async function sideBySide<Work, Result>(
  works: Work[],
  atOnce: number,
  needs: (work: Work) => number[],
  run: (work: Work) => Promise<Result>,
): Promise<Result[]> {
  const results = new Map<Work, Result>();
  const waiting = [...works];
  const running = new Map<Work, Promise<void>>();
  while (waiting.length > 0 || running.size > 0) {
    const taken = new Set([...running.keys()].flatMap(needs));
    const next = waiting.findIndex((work) => !needs(work).some((need) => taken.has(need)));
    const work = waiting[next];
    if (work !== undefined && running.size < atOnce) {
      waiting.splice(next, 1);
      running.set(
        work,
        run(work)
          .then((result) => void results.set(work, result))
          .finally(() => running.delete(work)),
      );
      continue;
    }
    await Promise.race(running.values());
  }
  return works.map((work) => results.get(work) as Result);
}
