import { describe, expect, test } from 'vitest';
import { MemoryChanges } from '../../../shared/adapters/memory/memory-changes.ts';

async function millisecondsOf(wait: Promise<void>): Promise<number> {
  const begun = Date.now();
  await wait;
  return Date.now() - begun;
}

describe('the in-process changes', () => {
  test('a change wakes all who wait for that lab, and nobody who waits for another', async () => {
    const changes = new MemoryChanges();
    const woken: string[] = [];
    const waits = ['a', 'a', 'b'].map((labId) => changes.next(labId, 0.2).then(() => woken.push(labId)));
    changes.publish('a');
    await Promise.all(waits.slice(0, 2));
    expect(woken).toEqual(['a', 'a']);
    await waits[2];
  });

  test('a wait ends at its deadline when nothing changes', async () => {
    const waited = await millisecondsOf(new MemoryChanges().next('a', 0.05));
    expect(waited).toBeGreaterThanOrEqual(49);
    expect(waited).toBeLessThan(10_000);
  });

  test('a wait ends when its caller goes away, also one who was gone before', async () => {
    const changes = new MemoryChanges();
    const caller = new AbortController();
    const waited = millisecondsOf(changes.next('a', 30, caller.signal));
    caller.abort();
    expect(await waited).toBeLessThan(10_000);
    expect(await millisecondsOf(changes.next('a', 30, caller.signal))).toBeLessThan(10_000);
  });

  test('a change that nobody waited for wakes nobody later', async () => {
    const changes = new MemoryChanges();
    changes.publish('a');
    expect(await millisecondsOf(changes.next('a', 0.05))).toBeGreaterThanOrEqual(49);
  });
});
