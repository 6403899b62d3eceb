import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../support/manual-clock.ts';
import { ManualQueue, type ManualQueueOptions } from '../../support/manual-queue.ts';

function aQueue(options: Partial<ManualQueueOptions> = {}) {
  const clock = new ManualClock(0);
  const queue = new ManualQueue({ clock, ...options });
  const ran: string[] = [];
  queue.consume(async (labId) => void ran.push(`${labId}@${clock.now() / 1000}`));
  return { clock, queue, ran };
}

describe('the queue that a test drains', () => {
  test('runs what is due in time order with the clock at its moment, and leaves the rest', async () => {
    const { clock, queue, ran } = aQueue();
    await queue.enqueue('b', 5);
    await queue.enqueue('a', 2);
    await queue.enqueue('c', 11);
    expect(await queue.drain(10_000)).toBe(2);
    expect(ran).toEqual(['a@2', 'b@5']);
    expect(clock.now()).toBe(10_000);
    expect(queue.waiting).toEqual([{ labId: 'c', at: 11_000 }]);
  });

  test('runs what runs send, and stops a loop that never ends', async () => {
    const { queue, clock } = aQueue();
    queue.consume((labId) => queue.enqueue(labId, 1));
    await queue.enqueue('a', 0);
    expect(await queue.drain(3_000)).toBe(4);
    queue.consume((labId) => queue.enqueue(labId, 0));
    await expect(queue.drain(clock.now() + 5_000, 50)).rejects.toThrow('still busy after 50 runs');
  });

  test('keeps the earliest message of a lab, or as SQS all of them', async () => {
    const one = aQueue();
    const all = aQueue({ oneMessagePerLab: false });
    for (const { queue } of [one, all]) for (const after of [4, 2, 6]) await queue.enqueue('a', after);
    await one.queue.drain(9_000);
    await all.queue.drain(9_000);
    expect(one.ran).toEqual(['a@2']);
    expect(all.ran).toEqual(['a@2', 'a@4', 'a@6']);
  });

  test('loses, duplicates and reorders what it is told to', async () => {
    const mishaps = { lost: 'lost', twice: 'duplicated' } as const;
    const { queue, ran } = aQueue({
      mishap: (labId) => mishaps[labId as keyof typeof mishaps],
      pick: (count) => count - 1,
    });
    for (const labId of ['lost', 'twice', 'plain']) await queue.enqueue(labId, 1);
    await queue.drain(2_000);
    expect(ran).toEqual(['plain@1', 'twice@1', 'twice@1']);
  });

  test('a run that throws is noted and delivered again', async () => {
    const { queue, clock } = aQueue({ redeliverAfterSeconds: 3 });
    let runs = 0;
    queue.consume(async () => {
      runs += 1;
      if (runs === 1) throw new Error('once');
    });
    await queue.enqueue('a', 0);
    await queue.drain(2_000);
    expect({ runs, errors: queue.errors.map(String) }).toEqual({ runs: 1, errors: ['Error: once'] });
    await queue.drain(clock.now() + 1_000);
    expect(runs).toBe(2);
  });

  test('takes no delay that SQS would not, and drains for nobody only with a word', async () => {
    const queue = new ManualQueue({ clock: new ManualClock(0) });
    await expect(queue.enqueue('a', 901)).rejects.toThrow('0 to 900');
    await expect(queue.drain(0)).rejects.toThrow('consume()');
  });
});
