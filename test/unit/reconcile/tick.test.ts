import { describe, expect, test } from 'vitest';
import { tick, wakeAll } from '../../../shared/reconcile/tick.ts';
import { aLab, START } from '../../support/builders.ts';
import { aClass } from '../../support/class-builders.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { ManualQueue } from '../../support/manual-queue.ts';
import { MemoryClassStore } from '../../support/memory-class-store.ts';
import { MemoryLabStore } from '../../support/memory-lab-store.ts';

function aWorld() {
  const clock = new ManualClock(START);
  const queue = new ManualQueue({ clock, oneMessagePerLab: false });
  const labs = new MemoryLabStore();
  const add = (id: string, dueAt: number | undefined) => {
    const { dueAt: _, ...lab } = aLab({ id });
    return labs.create(dueAt === undefined ? lab : { ...lab, dueAt });
  };
  const classes = new MemoryClassStore();
  const addClass = (id: string, dueAt: number) => classes.create({ ...aClass({ id }), dueAt });
  return { clock, queue, labs, classes, add, addClass };
}

describe('the tick', () => {
  test('hands over what is due within a minute, to the second, and nothing else', async () => {
    const world = aWorld();
    await world.add('late', START - 5_000);
    await world.add('soon', START + 59_999);
    await world.add('later', START + 60_000);
    await world.add('never', undefined);
    expect(await tick(world)).toBe(2);
    expect(world.queue.waiting).toEqual([
      { labId: 'late', at: START },
      { labId: 'soon', at: START + 59_999 },
    ]);
  });

  test('sends one message for one due, however many ticks there are, and again when that message was lost', async () => {
    const world = aWorld();
    await world.add('lab', START + 30_000);
    await Promise.all([tick(world), tick(world), tick(world)]);
    expect(world.queue.waiting).toHaveLength(1);
    world.clock.moveTo(START + 30_000);
    await tick(world);
    expect(world.queue.waiting).toHaveLength(1);
    // Its moment has passed, and whoever had looked at it would have given it another.
    world.clock.moveTo(START + 31_000);
    await tick(world);
    expect(world.queue.waiting.map(({ at }) => at)).toEqual([START + 30_000, START + 90_000]);
  });

  test('pages through more than a page of them', async () => {
    const world = aWorld();
    for (let index = 0; index < 250; index += 1) await world.add(`lab-${index}`, START + index);
    expect(await tick(world)).toBe(250);
    expect(new Set(world.queue.waiting.map(({ labId }) => labId)).size).toBe(250);
  });

  test('hands a class’s labs over as one crowd, so that they keep nobody else waiting', async () => {
    const { clock, labs, classes } = aWorld();
    const session = { id: 'docker-2026', instructor: 'ines', purpose: 'session' as const };
    for (const id of ['a', 'b'])
      await labs.create({ ...aLab({ id, owner: id, dueAt: START }), class: session });
    await labs.create(aLab({ id: 'c', owner: 'cleo', dueAt: START }));
    const keys: (string | undefined)[] = [];
    const queue = { enqueue: async (_id: string, _seconds: number, key?: string) => void keys.push(key) };
    await tick({ clock, labs, classes, queue });
    expect(keys.sort()).toEqual(['cleo', 'docker-2026', 'docker-2026']);
  });

  test('hands over classes as it does labs, by the id that wakes them', async () => {
    const world = aWorld();
    await world.add('lab', START + 10_000);
    await world.addClass('docker-2026', START + 20_000);
    await world.addClass('next-term', START + 10 ** 9);
    await Promise.all([tick(world), tick(world)]);
    expect(new Set(world.queue.waiting.map(({ labId, at }) => `${labId} ${at - START}`))).toEqual(
      new Set(['lab 10000', 'class/docker-2026 20000']),
    );
    expect(world.queue.waiting).toHaveLength(2);
  });
});

test('at a start every lab with anything due, however far, is woken at once', async () => {
  const world = aWorld();
  for (let index = 0; index < 150; index += 1) await world.add(`lab-${index}`, START + index * 10 ** 8);
  await world.add('forgotten', undefined);
  await world.addClass('docker-2026', START + 10 ** 9);
  expect(await wakeAll(world)).toBe(151);
  expect(world.queue.waiting.every(({ at }) => at === START)).toBe(true);
});
