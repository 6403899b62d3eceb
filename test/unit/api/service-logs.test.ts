import { beforeEach, describe, expect, test } from 'vitest';
import { SlipwayError } from '../../../shared/core/errors.ts';
import type { Lab } from '../../../shared/lab/lab.ts';
import type { FakeLogLine } from '../../support/fake-logs.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
let lab: Lab;
async function start(options: { longPoll?: boolean } = {}) {
  world = createWorld(options);
  lab = await world.keep();
  const json = { name: 'web', image: 'nginx', replicas: 2 };
  await world.ask('POST', `/v1/labs/${lab.id}/services`, { json });
}
beforeEach(() => start());

const at = (second: number, nanos = 0) =>
  `2026-03-02T12:00:${String(second).padStart(2, '0')}.${String(nanos).padStart(9, '0')}Z`;
const say = (...lines: FakeLogLine[]) => world.engines.swarmOf(lab.id).logs.say('web', lines);
const logs = (query = '', headers = {}, more = {}) =>
  world.ask('GET', `/v1/labs/${lab.id}/services/web/logs${query}`, { headers, ...more });
const textsOf = (answer: { json: { items: { text: string }[] } }) =>
  answer.json.items.map(({ text }) => text);
async function tasks(): Promise<{ id: string; node: string }[]> {
  return (await world.ask('GET', `/v1/labs/${lab.id}/services/web/tasks`)).json.items;
}

describe('logs of a service', () => {
  test('are items by time, each with its task and node', async () => {
    const [one, two] = await tasks();
    say(
      { at: at(2), text: 'second', taskId: two?.id ?? '', stream: 'stderr' },
      { at: at(1), text: 'first', taskId: one?.id ?? '' },
    );
    const { status, json } = await logs();
    expect(status).toBe(200);
    expect(json.items).toEqual([
      { at: at(1), stream: 'stdout', task: `web.1.${one?.id.slice(0, 12)}`, node: one?.node, text: 'first' },
      { at: at(2), stream: 'stderr', task: `web.2.${two?.id.slice(0, 12)}`, node: two?.node, text: 'second' },
    ]);
  });

  test('are docker’s own lines as text', async () => {
    const [one] = await tasks();
    say({ at: at(1), text: 'GET / 200' });
    const answer = await logs('', { Accept: 'text/plain' });
    expect(answer.text).toBe(`web.1.${one?.id.slice(0, 12)}@LINUXtips-01    | GET / 200\n`);
    expect(answer.headers.get('X-Log-Cursor')).toBeTruthy();
  });

  test('go on from the cursor: nothing twice, and nothing lost that came late from another task', async () => {
    const [one, two] = await tasks();
    say({ at: at(10, 5), text: 'a', taskId: one?.id ?? '' });
    const first = await logs();
    say(
      { at: at(10, 3), text: 'late', taskId: two?.id ?? '' },
      { at: at(10, 6), text: 'b', taskId: one?.id ?? '' },
    );
    const second = await logs(`?since=${first.json.cursor}`);
    expect(textsOf(second)).toEqual(['late', 'b']);
    const third = await logs(`?since=${second.json.cursor}`);
    expect(textsOf(third)).toEqual([]);
    expect(textsOf(await logs(`?since=${third.json.cursor}`))).toEqual([]);
  });

  test('come a page at a time', async () => {
    say(...Array.from({ length: 25 }, (_, index) => ({ at: at(index), text: String(index) })));
    const seen: string[] = [];
    let cursor = '';
    for (let page = 0; page < 4; page += 1) {
      const answer = await logs(`?limit=10&since=${cursor}`);
      seen.push(...textsOf(answer));
      cursor = answer.json.cursor;
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => String(index)));
  });

  test.each([
    ['?tail=1', ['c']],
    ['?tail=0', []],
    ['?tail=all', ['a', 'b', 'c']],
    [`?since=${at(20)}`, ['b', 'c']],
    ['?since=2026-03-02T13:00:20%2B01:00', ['b', 'c']],
    [`?since=${Date.parse(at(20)) / 1000}`, ['b', 'c']],
    ['?since=10s', ['c']],
    ['?since=PT25S', ['b', 'c']],
  ])('as %s asks', async (query, texts) => {
    say({ at: at(10), text: 'a' }, { at: at(20), text: 'b' }, { at: at(35), text: 'c' });
    world.deps.clock.advance(40);
    expect(textsOf(await logs(query))).toEqual(texts);
  });

  test.each([
    '?tail=-1',
    '?tail=many',
    '?tail=10001',
    '?since=yesterday',
    '?since=-5s',
    '?limit=0',
    '?follow=1',
    '?colour=red',
  ])('as %s asks are refused', async (query) => expect((await logs(query)).status).toBe(422));

  test('that are not whole say so, and give what there is', async () => {
    say({ at: at(1), text: 'a' });
    const reason = 'some logs could not be retrieved: node x is not available';
    const error = new SlipwayError('engine_refused', reason, { facts: { status: 200, reason } });
    world.engines.failOnce('logs', 'after', { error });
    const answer = await logs();
    expect(answer.json).toMatchObject({ items: [{ text: 'a' }], note: reason });
    world.engines.failOnce('logs', 'after');
    expect((await logs()).json).toMatchObject({ items: [{ text: 'a' }], note: expect.any(String) });
    world.engines.failOnce('logs', 'before');
    expect((await logs()).status).toBe(503);
    world.engines.failOnce('logs', 'after', { error });
    expect((await logs('', { Accept: 'text/plain' })).text).toMatch(/\| a\nslipway: some logs could not/);
  });

  test('that are too many for one answer say how to get the rest', async () => {
    say(...Array.from({ length: 300 }, (_, index) => ({ at: at(1, index), text: 'x'.repeat(10_000) })));
    const { json } = await logs();
    expect(json.note).toContain('tail');
    expect(json.items.length).toBeGreaterThan(100);
    expect((await logs('?tail=10')).json.note).toBeUndefined();
  });

  test('of a service that is not there are not found', async () => {
    const answer = await world.ask('GET', `/v1/labs/${lab.id}/services/wbe/logs`);
    expect(answer.json.detail).toContain('did you mean "web"');
  });
});

/** Reads a stream until it has that many lines, then goes. */
async function follow(query: string, headers: Record<string, string>, until: (text: string) => boolean) {
  const token = await world.token('student');
  const gone = new AbortController();
  const response = await world.app.request(`/v1/labs/${lab.id}/services/web/logs${query}`, {
    headers: { Authorization: `Bearer ${token}`, ...headers },
    signal: gone.signal,
  });
  const reader = response.body?.getReader();
  let text = '';
  while (reader !== undefined && !until(text)) {
    const { done, value } = await reader.read();
    if (done) break;
    text += Buffer.from(value).toString();
  }
  gone.abort();
  await reader?.cancel();
  return { response, text };
}

describe('following', () => {
  test('streams lines as they come, in docker’s words', async () => {
    say({ at: at(1), text: 'before' });
    const following = follow('?follow=true', {}, (text) => text.includes('| two'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    say({ at: at(2), text: 'one' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    say({ at: at(3), text: 'two' });
    const { response, text } = await following;
    expect(response.headers.get('Content-Type')).toMatch(/^text\/plain/);
    expect(text.split('\n').map((line) => line.split('| ')[1])).toEqual(['before', 'one', 'two', undefined]);
  });

  test('as events goes on from the last id', async () => {
    const headers = { Accept: 'text/event-stream' };
    say({ at: at(1), text: 'one' }, { at: at(2), text: 'two' });
    const { text } = await follow('?follow=true', headers, (seen) => seen.includes('"two"'));
    const ids = [...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id ?? '');
    expect(ids).toHaveLength(2);
    expect(JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? '')).toMatchObject({
      text: 'one',
      node: 'LINUXtips-01',
    });
    say({ at: at(3), text: 'three' });
    const again = await follow('?follow=true', { ...headers, 'Last-Event-ID': ids[0] ?? '' }, (seen) =>
      seen.includes('"three"'),
    );
    expect([...again.text.matchAll(/"text":"(\w+)"/g)].map((match) => match[1])).toEqual(['two', 'three']);
  });

  test('ends with a word where the swarm ends it', async () => {
    world.engines.failOnce('logs', 'before', {
      error: new SlipwayError('engine_unreachable', 'the node went'),
    });
    const { text } = await follow('?follow=true', {}, () => false);
    expect(text).toBe('slipway: the node went\n');
    world.engines.failOnce('logs', 'before', {
      error: new SlipwayError('engine_unreachable', 'the node went'),
    });
    const events = await follow('?follow=true', { Accept: 'text/event-stream' }, () => false);
    expect(events.text).toContain('event: note\ndata: {"note":"the node went"}');
  });

  test('by a slow reader leaves out what nobody can keep, and counts it', async () => {
    const token = await world.token('student');
    const gone = new AbortController();
    const response = await world.app.request(`/v1/labs/${lab.id}/services/web/logs?follow=true`, {
      headers: { Authorization: `Bearer ${token}` },
      signal: gone.signal,
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (let batch = 0; batch < 4; batch += 1) {
      say(
        ...Array.from({ length: 500 }, (_, index) => ({ at: at(batch, index + 1), text: 'x'.repeat(2000) })),
      );
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const reader = response.body?.getReader();
    let text = '';
    const count = () => ({
      told: text.split('\n').filter((each) => each.endsWith('x')).length,
      leftOut: [...text.matchAll(/^slipway: (\d+) lines are left out/gm)].reduce(
        (sum, [, lines]) => sum + Number(lines),
        0,
      ),
    });
    while (count().told + count().leftOut < 2000) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) break;
      text += Buffer.from(value).toString();
    }
    gone.abort();
    await reader?.cancel();
    expect(count().leftOut).toBeGreaterThan(500);
    expect(count().leftOut + count().told).toBe(2000);
  });

  test.each([
    ['where nobody may wait', { longPoll: false }, 'text/plain', /\| one\n$/],
    [
      'where nobody may wait, as events',
      { longPoll: false },
      'text/event-stream',
      /"text":"one".*\n\nid: .*\nevent: cursor/,
    ],
    ['as JSON', { longPoll: true }, 'application/json', /"text":"one"/],
  ])('%s is what there is, and when to come again', async (_, options, Accept, shape) => {
    await start(options);
    say({ at: at(1), text: 'one' });
    const answer = await logs('?follow=true', { Accept });
    expect(answer.text).toMatch(shape);
    expect(answer.headers.get('Retry-After')).toBe('2');
    const cursor = answer.headers.get('X-Log-Cursor') ?? '';
    say({ at: at(2), text: 'two' });
    const next = await logs(`?follow=true&since=${cursor}`, { Accept: 'application/json' });
    expect(textsOf(next)).toEqual(['two']);
  });
});
