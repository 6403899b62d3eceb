import { beforeEach, describe, expect, test } from 'vitest';
import type { LabEvent } from '../../../shared/lab/lab.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
let id: string;
let path: string;
beforeEach(async () => {
  world = createWorld();
  ({ id } = await world.keep());
  path = `/v1/labs/${id}/events`;
});

const event = (sequence: number): LabEvent => ({
  sequence,
  at: '2026-03-02T12:00:00.000Z',
  type: 'Ready',
  message: `number ${sequence}`,
});

/** Tells events as the reconciler does: items first, then the record that names the last. */
async function tell(sequences: number[], status: { deletedAt?: string } = {}): Promise<void> {
  const { lab } = (await world.deps.labs.load(id)) ?? {};
  if (lab === undefined) throw new Error('no lab');
  const events = sequences.map(event);
  await world.deps.labs.appendEvents(id, events);
  const told = [...lab.status.events, ...events].slice(-20);
  await world.deps.labs.saveStatus(lab, { ...lab.status, ...status, events: told }, lab.dueAt);
  world.deps.changes.publish(id);
}

const sequences = (answer: Awaited<ReturnType<World['ask']>>) =>
  answer.json.items.map(({ sequence }: { sequence: number }) => sequence);
const streaming = { Accept: 'text/event-stream' };
const idsOf = (stream: string) => [...stream.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));

describe('a lab’s timeline', () => {
  test('is read oldest first, from where one was, a page at a time', async () => {
    await tell([1, 2, 3, 4, 5]);
    const first = await world.ask('GET', `${path}?limit=2`);
    expect(sequences(first)).toEqual([1, 2]);
    expect(first.json.after).toBe(2);
    expect(sequences(await world.ask('GET', `${path}?after=2`))).toEqual([3, 4, 5]);
    expect((await world.ask('GET', `${path}?after=5`)).json).toEqual({ items: [], after: 5 });
  });

  test('shows nothing whose status was never saved', async () => {
    await tell([1]);
    await world.deps.labs.appendEvents(id, [event(2)]);
    expect(sequences(await world.ask('GET', path))).toEqual([1]);
  });
});

describe('who waits for news', () => {
  test('gets what is there already at once', async () => {
    await tell([1]);
    const started = Date.now();
    expect(sequences(await world.ask('GET', `${path}?wait=25`))).toEqual([1]);
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  test('gets them as they come', async () => {
    const waiting = world.ask('GET', `${path}?wait=20`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    // A change without an event ends no wait.
    world.deps.changes.publish(id);
    await tell([1]);
    expect(sequences(await waiting)).toEqual([1]);
  });

  test('gets an empty answer when nothing came in time', async () => {
    const started = Date.now();
    expect((await world.ask('GET', `${path}?wait=1`)).json).toEqual({ items: [], after: 0 });
    expect(Date.now() - started).toBeGreaterThan(900);
  });

  test('misses nothing that happens between looking and listening', async () => {
    const { labs } = world.deps;
    const load = labs.load.bind(labs);
    let late = true;
    labs.load = async (labId) => {
      const found = await load(labId);
      if (late) {
        late = false;
        await tell([1]);
      }
      return found;
    };
    const started = Date.now();
    expect(sequences(await world.ask('GET', `${path}?wait=20`))).toEqual([1]);
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  test('is not kept waiting once they have gone', async () => {
    const leaving = new AbortController();
    const waiting = world.ask('GET', `${path}?wait=20`, { signal: leaving.signal });
    setTimeout(() => leaving.abort(), 50);
    const started = Date.now();
    await waiting;
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  test('is told to come again where waiting costs money', async () => {
    world = createWorld({ longPoll: false });
    await world.keep();
    const { headers, json } = await world.ask('GET', `${path}?wait=25`);
    expect(json.items).toEqual([]);
    expect(headers.get('Retry-After')).toBe('2');
  });
});

describe('a stream of events', () => {
  test('begins where one was, goes on as they come, and ends with the lab', async () => {
    await tell([1, 2]);
    const stream = world.ask('GET', `${path}?after=1`, { headers: streaming });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await tell([3]);
    await tell([4], { deletedAt: '2026-03-02T12:00:00.000Z' });
    const { headers, text } = await stream;
    expect(headers.get('Content-Type')).toMatch(/^text\/event-stream/);
    expect(idsOf(text)).toEqual([2, 3, 4]);
    expect(text).toContain(`data: ${JSON.stringify(event(3))}\n`);
  });

  test('honours Last-Event-ID over what was asked first', async () => {
    await tell([1, 2, 3], { deletedAt: '2026-03-02T12:00:00.000Z' });
    const from = async (lastId: string) =>
      idsOf((await world.ask('GET', path, { headers: { ...streaming, 'Last-Event-ID': lastId } })).text);
    expect(await from('2')).toEqual([3]);
    expect(await from('nonsense')).toEqual([1, 2, 3]);
    expect(await from('1e300')).toEqual([1, 2, 3]);
    expect(await from('99999999999999')).toEqual([]);
  });

  test('ends when its reader has gone', async () => {
    const leaving = new AbortController();
    const stream = world.ask('GET', path, { headers: streaming, signal: leaving.signal });
    setTimeout(() => leaving.abort(), 50);
    const started = Date.now();
    await stream;
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  test('tells what there is and ends where waiting costs money', async () => {
    const labs = world.deps.labs;
    await tell([1]);
    world = createWorld({ longPoll: false, over: { labs } });
    expect(idsOf((await world.ask('GET', path, { headers: streaming })).text)).toEqual([1]);
  });

  test('of a lab that is not one’s own is refused before it begins', async () => {
    const { status, headers } = await world.ask('GET', path, { headers: streaming, subject: 'bob' });
    expect([status, headers.get('Content-Type')]).toEqual([404, 'application/problem+json']);
  });
});
