import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { runInLanes } from '../../verify/in-lanes.ts';

async function runAll(works: string[], lanes: number, keysOf: (work: string) => string[]) {
  const running = new Set<string>();
  const seen: string[][] = [];
  const done: string[] = [];
  await runInLanes(works, lanes, keysOf, async (work) => {
    running.add(work);
    seen.push([...running]);
    await turn();
    running.delete(work);
    done.push(work);
  });
  return { seen, done };
}

describe('works in lanes', () => {
  test('are all run, so many at once at most', async () => {
    const { seen, done } = await runAll(['a', 'b', 'c', 'd', 'e'], 2, () => []);
    expect(done.sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(Math.max(...seen.map((each) => each.length))).toBe(2);
  });

  test('are never run beside one that holds the same key, and others pass them by', async () => {
    const { seen, done } = await runAll(['p1', 'p2', 'x', 'p3', 'y'], 3, (work) =>
      work.startsWith('p') ? ['ports'] : [],
    );
    expect(done).toHaveLength(5);
    for (const beside of seen) expect(beside.filter((work) => work.startsWith('p')).length).toBeLessThan(2);
    expect(seen.some((beside) => beside.length > 1)).toBe(true);
  });

  test('fail with the first that fails', async () => {
    const failing = runInLanes(
      ['a', 'b'],
      1,
      () => [],
      () => Promise.reject(new Error('no')),
    );
    await expect(failing).rejects.toThrow('no');
  });
});
