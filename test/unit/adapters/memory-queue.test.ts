import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { MemoryQueue } from '../../../shared/adapters/memory/memory-queue.ts';
import { systemClock } from '../../../shared/core/clock.ts';
import { createLog } from '../../../shared/core/log.ts';

/** A gate that a run waits at until the test opens it. */
function aGate() {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), passed };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('it did not happen within 5 s');
    await sleep(5);
  }
}

describe('the in-process queue', () => {
  const queues: MemoryQueue[] = [];
  const aQueue = (maximumConcurrency = 4) => {
    const queue = new MemoryQueue({ clock: systemClock, log: createLog('silent'), maximumConcurrency });
    queues.push(queue);
    return queue;
  };
  afterEach(async () => {
    await Promise.all(queues.splice(0).map((queue) => queue.stop(1)));
  });

  test('runs a message at once, or after its delay and not before', async () => {
    const queue = aQueue();
    const ran: { labId: string; at: number }[] = [];
    queue.start(async (labId) => void ran.push({ labId, at: Date.now() }));
    const sentAt = Date.now();
    await queue.enqueue('late', 0.1);
    await queue.enqueue('now', 0);
    await until(() => ran.length === 2);
    expect(ran.map(({ labId }) => labId)).toEqual(['now', 'late']);
    // A timer of Node may fire up to a millisecond early by the wall clock.
    expect((ran[1]?.at ?? 0) - sentAt).toBeGreaterThanOrEqual(99);
  });

  test('keeps one message per lab, the earliest, whichever came first', async () => {
    const queue = aQueue();
    const ran: string[] = [];
    queue.start(async (labId) => void ran.push(labId));
    await queue.enqueue('sooner later', 0.03);
    await queue.enqueue('sooner later', 900);
    await queue.enqueue('later sooner', 900);
    await queue.enqueue('later sooner', 0.03);
    await sleep(120);
    expect(ran.sort()).toEqual(['later sooner', 'sooner later']);
  });

  test('messages sent before the start are kept for it', async () => {
    const queue = aQueue();
    const ran: string[] = [];
    await queue.enqueue('a', 0);
    await sleep(20);
    queue.start(async (labId) => void ran.push(labId));
    await until(() => ran.length === 1);
  });

  test('never runs one lab twice at once; however many messages came meanwhile, it runs once more', async () => {
    const queue = aQueue();
    const gate = aGate();
    let running = 0;
    let most = 0;
    let runs = 0;
    queue.start(async () => {
      runs += 1;
      running += 1;
      most = Math.max(most, running);
      if (runs === 1) await gate.passed;
      running -= 1;
    });
    await queue.enqueue('a', 0);
    await until(() => runs === 1);
    for (let message = 0; message < 5; message += 1) {
      await queue.enqueue('a', 0);
      await sleep(5);
    }
    expect(runs).toBe(1);
    gate.open();
    await until(() => runs === 2);
    await sleep(50);
    expect({ runs, most }).toEqual({ runs: 2, most: 1 });
  });

  test('a message that a run sends for its own lab is another run', async () => {
    const queue = aQueue();
    let runs = 0;
    queue.start(async (labId) => {
      runs += 1;
      if (runs < 4) await queue.enqueue(labId, 0);
    });
    await queue.enqueue('a', 0);
    await until(() => runs === 4);
  });

  test('runs as many labs at once as it may and no more, and gets to all of them', async () => {
    const queue = aQueue(3);
    const gate = aGate();
    let running = 0;
    let most = 0;
    const ran = new Set<string>();
    queue.start(async (labId) => {
      running += 1;
      most = Math.max(most, running);
      await gate.passed;
      running -= 1;
      ran.add(labId);
    });
    for (let lab = 0; lab < 10; lab += 1) await queue.enqueue(`lab-${lab}`, 0);
    await until(() => running === 3);
    await sleep(20);
    expect(running).toBe(3);
    gate.open();
    await until(() => ran.size === 10);
    expect(most).toBe(3);
  });

  test('a lab whose runs throw is tried again, later each time, and holds up no other', async () => {
    const queue = aQueue(1);
    const failedAt: number[] = [];
    const others: string[] = [];
    queue.start(async (labId) => {
      if (labId !== 'bad') return void others.push(labId);
      failedAt.push(Date.now());
      if (failedAt.length < 3) throw new Error('no luck');
    });
    await queue.enqueue('bad', 0);
    await queue.enqueue('good', 0.01);
    await until(() => failedAt.length === 3);
    expect(others).toEqual(['good']);
    const [first = 0, second = 0, third = 0] = failedAt;
    expect(second - first).toBeGreaterThanOrEqual(990);
    expect(third - second).toBeGreaterThanOrEqual(1_990);
  });

  test('a consumer that throws before its first await is a failed run like any other', async () => {
    const queue = aQueue();
    let runs = 0;
    queue.start(() => {
      runs += 1;
      if (runs === 1) throw new Error('at once');
      return Promise.resolve();
    });
    await queue.enqueue('a', 0);
    await until(() => runs === 2);
  });

  test('a stop waits for what runs, drops what is pending and takes nothing more', async () => {
    const queue = aQueue();
    const gate = aGate();
    const ended: string[] = [];
    queue.start(async (labId) => {
      await gate.passed;
      await queue.enqueue(labId, 0);
      ended.push(labId);
    });
    await queue.enqueue('running', 0);
    await queue.enqueue('pending', 0.05);
    await sleep(20);
    const stopped = queue.stop(5);
    await queue.enqueue('too late', 0);
    gate.open();
    expect(await stopped).toEqual([]);
    await sleep(80);
    expect(ended).toEqual(['running']);
  });

  test('a stop does not wait past its deadline, and names whose run had not ended', async () => {
    const queue = aQueue();
    const gate = aGate();
    queue.start(() => gate.passed);
    await queue.enqueue('stuck', 0);
    await sleep(20);
    const begun = Date.now();
    expect(await queue.stop(0.05)).toEqual(['stuck']);
    expect(Date.now() - begun).toBeLessThan(5_000);
    gate.open();
  });
});
