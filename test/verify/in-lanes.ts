/**
 * Runs works side by side, so many at once at most, and never two that share a key.
 * @param keysOf what a work must have for itself.
 */
export async function runInLanes<Work>(
  works: Work[],
  lanes: number,
  keysOf: (work: Work) => string[],
  run: (work: Work) => Promise<void>,
): Promise<void> {
  const waiting = [...works];
  const running = new Set<Promise<void>>();
  const held = new Set<string>();

  while (waiting.length > 0 || running.size > 0) {
    const next = waiting.findIndex((work) => keysOf(work).every((key) => !held.has(key)));
    if (running.size >= lanes || next < 0) {
      await Promise.race(running);
      continue;
    }
    const [work] = waiting.splice(next, 1) as [Work];
    const keys = keysOf(work);
    for (const key of keys) held.add(key);
    const done: Promise<void> = run(work).finally(() => {
      for (const key of keys) held.delete(key);
      running.delete(done);
    });
    running.add(done);
  }
}
