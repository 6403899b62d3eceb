import { describe, expect, test } from 'vitest';
import { tick, wakeAll } from '../../../shared/reconcile/tick.ts';
import { aLab, START } from '../../support/builders.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { ManualQueue } from '../../support/manual-queue.ts';
import { MemoryLabStore } from '../../support/memory-lab-store.ts';

function aWorld() {
  const clock = new ManualClock(START);
  const queue = new ManualQueue({ clock, oneMessagePerLab: false });
  const labs = new MemoryLabStore();
  const add = (id: string, dueAt: number | undefined) => {
    const { dueAt: _, ...lab } = aLab({ id });
    return labs.create(dueAt === undefined ? lab : { ...lab, dueAt });
  };
  return { clock, queue, labs, add };
}

describe('the tick', () => {
  test('hands over what is due within two minutes, to the second, and nothing else', async () => {
    const world = aWorld();
    await world.add('late', START - 5_000);
    await world.add('soon', START + 90_000);
    await world.add('later', START + 121_000);
    await world.add('never', undefined);
    expect(await tick(world)).toBe(2);
    expect(world.queue.waiting).toEqual([
      { labId: 'late', at: START },
      { labId: 'soon', at: START + 90_000 },
    ]);
  });

  test('sends one message for one due, however many ticks there are, and again when that message was lost', async () => {
    const world = aWorld();
    await world.add('lab', START + 30_000);
    await Promise.all([tick(world), tick(world), tick(world)]);
    expect(world.queue.waiting).toHaveLength(1);
    world.clock.moveTo(START + 60_000);
    await tick(world);
    expect(world.queue.waiting).toHaveLength(1);
    world.clock.moveTo(START + 211_000);
    await tick(world);
    expect(world.queue.waiting).toHaveLength(2);
  });

  test('pages through more than a page of them', async () => {
    const world = aWorld();
    for (let index = 0; index < 250; index += 1) await world.add(`lab-${index}`, START + index);
    expect(await tick(world)).toBe(250);
    expect(new Set(world.queue.waiting.map(({ labId }) => labId)).size).toBe(250);
  });
});

test('at a start every lab with anything due, however far, is woken at once', async () => {
  const world = aWorld();
  for (let index = 0; index < 150; index += 1) await world.add(`lab-${index}`, START + index * 10 ** 8);
  await world.add('forgotten', undefined);
  expect(await wakeAll(world)).toBe(150);
  expect(world.queue.waiting.every(({ at }) => at === START)).toBe(true);
});
