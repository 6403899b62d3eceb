import { beforeEach, describe, expect, test } from 'vitest';
import { SlipwayError } from '../../../shared/core/errors.ts';
import { aLab, START } from '../../support/builders.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
let path: string;
let id: string;
beforeEach(async () => {
  world = createWorld();
  ({ id } = await world.keep());
  path = `/v1/labs/${id}`;
});

const patch = (json: unknown) => world.ask('PATCH', path, { json });
const spec = async () => (await world.deps.labs.load(id))?.lab.spec;

describe('a lab that is changed', () => {
  test('is extended by a duration from its end, and woken at once', async () => {
    world.deps.clock.advance(60);
    const { status, json, headers } = await patch({ extend: 'P1DT30M' });
    expect(status).toBe(202);
    expect(headers.get('Location')).toBe(path);
    expect(json.expiresAt).toBe('2026-03-03T16:30:00.000Z');
    expect(world.deps.queue.waiting).toEqual([{ labId: id, at: START + 60_000 }]);
    expect((await world.deps.labs.load(id))?.lab.dueAt).toBe(START + 60_000);
  });

  test('ends when told, whatever the offset it is told in', async () => {
    expect((await patch({ expiresAt: '2026-03-02T10:30:00-03:00' })).json.expiresAt).toBe(
      '2026-03-02T13:30:00.000Z',
    );
  });

  test('lives no longer than its hard maximum, and is told how much more there is', async () => {
    expect((await patch({ expiresAt: '2026-04-01T12:00:00Z' })).status).toBe(202);
    const { status, json } = await patch({ extend: 'PT1S' });
    expect(status).toBe(422);
    expect(json.errors).toEqual([{ pointer: '/extend', message: expect.stringContaining('PT0S more') }]);
    expect((await patch({ expiresAt: '2026-04-01T12:00:00.001Z' })).json.errors[0].pointer).toBe(
      '/expiresAt',
    );
  });

  test('cannot end in the past: that is what DELETE is for', async () => {
    const { status, json } = await patch({ expiresAt: '2026-03-02T12:00:00Z' });
    expect(status).toBe(422);
    expect(json.errors[0].message).toContain('DELETE');
  });

  test('is switched off and on, and its other wishes stay', async () => {
    expect((await patch({ power: 'off' })).json).toMatchObject({ power: 'off', phase: 'stopping' });
    expect((await patch({ power: 'on', allowFrom: ['192.0.2.1'] })).json).toMatchObject({
      power: 'on',
      allowFrom: ['192.0.2.1/32'],
      expiresAt: '2026-03-02T16:00:00.000Z',
    });
  });

  test('keeps both of two changes that come at once', async () => {
    const answers = await Promise.all([patch({ power: 'off' }), patch({ extend: 'PT1H' })]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(await spec()).toMatchObject({ power: 'off', expiresAt: '2026-03-02T17:00:00.000Z' });
  });

  test('gives up when others write first every time, in words, without an endless loop', async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      world.deps.labs.faults.failNext('saveSpec', new SlipwayError('version_conflict', 'someone else'));
    }
    const { status, json, headers } = await patch({ power: 'off' });
    expect([status, json.code, headers.get('Retry-After')]).toEqual([409, 'version_conflict', '1']);
    expect((await patch({ power: 'off' })).status).toBe(202);
  });

  test('is left as it is by a change that changes nothing', async () => {
    const before = (await world.deps.labs.load(id))?.lab.specVersion;
    expect((await patch({ power: 'on' })).status).toBe(202);
    expect((await world.deps.labs.load(id))?.lab.specVersion).toBe(before);
  });

  test.each([
    ['nothing', {}, ''],
    ['an end twice', { expiresAt: '2026-03-02T18:00:00Z', extend: 'PT1H' }, '/extend'],
    ['a duration of nothing', { extend: 'PT0S' }, '/extend'],
    ['a duration in months', { extend: 'P1M' }, '/extend'],
    ['a moment without its offset', { expiresAt: '2026-03-02T18:00:00' }, '/expiresAt'],
    ['another word for power', { power: 'of' }, '/power'],
    ['no manager at all', { machines: { managers: 0, workers: 1 } }, '/machines/managers'],
    ['six ranges', { allowFrom: Array.from({ length: 6 }, (_, n) => `192.0.2.${n}`) }, '/allowFrom'],
  ])('is refused %s', async (_what, json, pointer) => {
    const answer = await patch(json);
    expect(answer.status).toBe(422);
    expect(answer.json.errors.map((issue: { pointer: string }) => issue.pointer)).toEqual([pointer]);
  });
});

describe('a lab that is on its way out', () => {
  test.each([
    ['deleted', aLab({ spec: { deleted: true } }), 'is deleted'],
    ['expired', aLab({ spec: { expiresAt: '2026-03-02T11:00:00.000Z' } }), 'expired at 2026-03-02T11'],
    [
      'failed',
      aLab({ status: { failure: { code: 'deadline', message: 'not up in time', at: 'then' } } }),
      'has failed (not up in time)',
    ],
  ])('is not changed any more: %s', async (_what, lab, words) => {
    await world.deps.labs.create({ ...lab, id: '01kjq7a1000000000000000001' });
    const other = '/v1/labs/01kjq7a1000000000000000001';
    for (const ask of [
      world.ask('PATCH', other, { json: { extend: 'PT1H' } }),
      world.ask('POST', `${other}/machines/LINUXtips-03/start`),
    ]) {
      const { status, json } = await ask;
      expect([status, json.code]).toEqual([409, 'conflict']);
      expect(json.detail).toContain(words);
      expect(json.detail).toContain('ask for a new one');
    }
  });

  test('is asked to go by DELETE, as often as one likes, until it is gone', async () => {
    const first = await world.ask('DELETE', path);
    expect([first.status, first.json.phase]).toEqual([202, 'deleting']);
    expect(world.deps.queue.waiting).toEqual([{ labId: id, at: START }]);
    expect((await world.ask('DELETE', path)).status).toBe(202);
    const { lab } = (await world.deps.labs.load(id)) ?? {};
    if (lab === undefined) throw new Error('no lab');
    await world.deps.labs.saveStatus(
      lab,
      { ...lab.status, deletedAt: '2026-03-02T12:01:00.000Z' },
      undefined,
    );
    const gone = await world.ask('DELETE', path);
    expect([gone.status, gone.json.detail]).toEqual([
      404,
      `lab ${id} is gone since 2026-03-02T12:01:00.000Z`,
    ]);
    expect((await world.ask('GET', path)).json).toMatchObject({ phase: 'deleted' });
  });
});
