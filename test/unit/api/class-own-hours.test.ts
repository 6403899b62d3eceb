import { beforeEach, describe, expect, test } from 'vitest';
import { iso } from '../../../shared/core/clock.ts';
import { ensureLabSecrets } from '../../../shared/engine/lab-secrets.ts';
import { START } from '../../support/builders.ts';
import { BELL, type ClassWorld, createClassWorld, END, GRACE_END } from '../../support/class-world.ts';

const HOUR = 3_600_000;
const [ANA, BOB] = ['ana@example.org', 'bob@example.org'] as const;

let here: ClassWorld;
beforeEach(async () => {
  here = await createClassWorld({ spec: { hoursQuota: 'PT5H' } });
});
const post = (json: object = {}, key?: string) =>
  here.study(ANA, 'POST', '/v1/labs', {
    json: { template: 'swarm', ...json },
    ...(key === undefined ? {} : { headers: { 'Idempotency-Key': key } }),
  });
const patch = (id: string, json: object) => here.study(ANA, 'PATCH', `/v1/labs/${id}`, { json });
const spans = async () => (await here.student(ANA)).ownHours;
const specOf = async (id: string) => (await here.lab(id)).spec;

describe('a lab that a class’s student asks for', () => {
  test('is free within a session, and goes with the session’s', async () => {
    here.world.deps.clock.moveTo(BELL + HOUR);
    const { status, json } = await post({ hours: 24 });
    expect(status).toBe(202);
    expect(json).toMatchObject({
      owner: ANA,
      expiresAt: iso(GRACE_END),
      class: { id: 'docker', purpose: 'session', session: iso(BELL) },
      allowFrom: ['203.0.113.7/32'],
    });
    expect(await here.student(ANA)).toMatchObject({
      lab: { id: json.id, purpose: 'session', session: iso(BELL) },
      ownHours: [],
    });
    expect(await here.world.deps.requests.slots(ANA)).toEqual([]);
  });

  test('is on their own hours outside, as long as asked or as there is left', async () => {
    const { json } = await post({ hours: 1.5 });
    expect(json).toMatchObject({
      expiresAt: iso(START + 1.5 * HOUR),
      class: { id: 'docker', purpose: 'own' },
    });
    expect(await spans()).toEqual([{ from: iso(START), until: iso(START + 1.5 * HOUR) }]);
    await here.study(ANA, 'DELETE', `/v1/labs/${json.id}`);
    const next = await post({ hours: 24 });
    expect(next.json.expiresAt).toBe(iso(START + 5 * HOUR));
  });

  test('is refused with the numbers once the week’s hours are used, and granted the week after', async () => {
    await here.world.deps.classes.saveStudent('docker', {
      ...(await here.student(ANA)),
      ownHours: [{ from: iso(START - 5 * HOUR), until: iso(START) }],
    });
    const { status, json } = await post();
    expect(status).toBe(409);
    expect(json).toMatchObject({ code: 'quota', usedSeconds: 18_000, allowedSeconds: 18_000 });
    expect(json.detail).toContain(iso(BELL));
    here.world.deps.clock.advance(7 * 86_400);
    expect((await post()).status).toBe(202);
  });

  test('is refused where the class gives no hours, or has spent its budget', async () => {
    here = await createClassWorld();
    expect((await post()).json).toMatchObject({ code: 'quota', allowedSeconds: 0 });
    here = await createClassWorld({
      spec: { budget: { usd: 5, stopAtSessionEnd: false } },
      status: { budget: { usd: 5, at: iso(START), told: 'spent' } },
    });
    here.world.deps.clock.moveTo(BELL + HOUR);
    expect((await post()).json).toMatchObject({ code: 'quota', usedUsd: 5, allowedUsd: 5 });
  });

  test('is one at a time: the one they have is told', async () => {
    const { id } = await here.give(ANA);
    expect((await post()).json).toMatchObject({
      code: 'quota',
      labs: [id],
      detail: expect.stringContaining(id),
    });
    expect((await here.study(ANA, 'DELETE', `/v1/labs/${id}`)).status).toBe(202);
    expect((await post()).status).toBe(202);
  });

  test('is not made beside one that another request is making', async () => {
    const { labs } = here.world.deps;
    labs.faults.failNext('create', new Error('cut off'));
    expect((await post({}, 'a-key')).status).toBe(500);
    expect((await post()).json.code).toBe('in_progress');
    const { json } = await post({}, 'a-key');
    expect(json.id).toBe((await here.student(ANA)).lab?.id);
    expect((await spans()).length).toBe(1);
    expect((await post({}, 'a-key')).json.id).toBe(json.id);
    expect((await labs.list({ owner: ANA, limit: 10 })).items).toHaveLength(1);
  });

  test('takes the place of one that never came to be', async () => {
    here.world.deps.labs.faults.failNext('create', new Error('cut off'));
    await post({ hours: 1 });
    here.world.deps.clock.advance(31);
    expect((await post({ hours: 1 })).status).toBe(202);
  });

  test('of two that are asked for at once is one', async () => {
    const answers = await Promise.all([post(), post(), post()]);
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect((await here.world.deps.labs.list({ owner: ANA, limit: 10 })).items).toHaveLength(1);
  });

  test('has the class’s template and layout', async () => {
    const { status, json } = await here.study(ANA, 'POST', '/v1/labs', {
      json: { template: 'docker-host' },
    });
    expect([status, json.errors]).toEqual([
      422,
      [{ pointer: '/template', message: expect.stringContaining('swarm') }],
    ]);
    expect((await post({ machines: { managers: 5, workers: 5 } })).json.errors[0].pointer).toBe('/machines');
  });

  test('is not for one who is on the roster no more, nor after the class', async () => {
    const { classes } = here.world.deps;
    await classes.saveStudent('docker', { ...(await here.student(ANA)), removedAt: iso(START) });
    expect((await post()).status).toBe(403);
    await classes.saveSpec(here.found, { ...here.found.spec, deleted: true }, START);
    expect((await post()).status).toBe(409);
  });

  test('is told what the class was last told, and watched for idleness', async () => {
    const notices = [{ id: '01kjq7a1000000000000000009', at: iso(START), text: 'Welcome' }];
    here = await createClassWorld({ spec: { hoursQuota: 'PT5H', idleAfter: 'PT30M', notices } });
    const { json } = await post();
    expect(await specOf(json.id)).toMatchObject({ notices, idleAfterSeconds: 1800 });
  });
});

describe('a class’s lab that its student changes', () => {
  const giveCourse = () =>
    here.give(ANA, {
      purpose: { id: '', purpose: 'course', replacement: 0 },
      spec: { stopsAt: iso(START - HOUR), expiresAt: iso(START + 28 * 24 * HOUR) },
    });

  test('is started outside sessions on own hours, and stops when they are used', async () => {
    const { id } = await giveCourse();
    const { status, json } = await patch(id, { power: 'on' });
    expect([status, json.power]).toEqual([202, 'on']);
    expect((await specOf(id)).stopsAt).toBe(iso(START + 4 * HOUR));
    expect(await spans()).toEqual([{ from: iso(START), until: iso(START + 4 * HOUR) }]);
  });

  test('gives back what was not used when it is stopped, and takes it again when started', async () => {
    const { id } = await giveCourse();
    await patch(id, { power: 'on' });
    here.world.deps.clock.advance(3600);
    await patch(id, { power: 'off' });
    expect(await spans()).toEqual([{ from: iso(START), until: iso(START + HOUR) }]);
    here.world.deps.clock.advance(3600);
    await patch(id, { power: 'on' });
    expect((await specOf(id)).stopsAt).toBe(iso(START + 6 * HOUR));
    expect((await spans())[1]).toEqual({ from: iso(START + 2 * HOUR), until: iso(START + 6 * HOUR) });
    here.world.deps.clock.advance(4 * 3600);
    expect((await patch(id, { power: 'on' })).json).toMatchObject({ code: 'quota', usedSeconds: 18_000 });
  });

  test('is started free in a session, to its end and grace', async () => {
    const { id } = await giveCourse();
    here.world.deps.clock.moveTo(BELL + HOUR);
    await patch(id, { power: 'on' });
    expect([(await specOf(id)).stopsAt, await spans()]).toEqual([iso(GRACE_END), []]);
  });

  test('goes on into the session when it is started shortly before it', async () => {
    const { id } = await here.give(ANA, {
      purpose: { id: '', purpose: 'course', session: iso(BELL), replacement: 0 },
      spec: { startsAt: iso(BELL), stopsAt: iso(GRACE_END), expiresAt: iso(START + 28 * 24 * HOUR) },
      status: { poweredOffAt: iso(START) },
    });
    here.world.deps.clock.moveTo(BELL - 600_000);
    here.world.deps.labs.faults.failNext('saveSpec');
    expect((await patch(id, { power: 'on' })).status).toBe(503);
    expect((await patch(id, { power: 'on' })).status).toBe(202);
    expect(await specOf(id)).toMatchObject({ startsAt: iso(BELL - 600_000), stopsAt: iso(GRACE_END) });
    expect(await spans()).toEqual([{ from: iso(BELL - 600_000), until: iso(BELL) }]);
  });

  test('is extended past the session on own hours alone', async () => {
    const { id } = await here.give(ANA);
    here.world.deps.clock.moveTo(END - HOUR);
    expect((await patch(id, { extend: 'PT2H' })).status).toBe(202);
    expect(await spans()).toEqual([{ from: iso(GRACE_END), until: iso(GRACE_END + 2 * HOUR) }]);
    const { status, json } = await patch(id, { extend: 'PT4H' });
    expect([status, json.code]).toEqual([409, 'quota']);
    expect((await specOf(id)).expiresAt).toBe(iso(GRACE_END + 2 * HOUR));
    here = await createClassWorld();
    const other = await here.give(ANA);
    here.world.deps.clock.moveTo(END - HOUR);
    expect((await patch(other.id, { extend: 'PT1M' })).json.code).toBe('quota');
  });

  test('gives back what it is shortened by, and all when it is deleted', async () => {
    const { json } = await post({ hours: 4 });
    await patch(json.id, { expiresAt: iso(START + 2 * HOUR) });
    expect(await spans()).toEqual([{ from: iso(START), until: iso(START + 2 * HOUR) }]);
    here.world.deps.clock.advance(60);
    await here.study(ANA, 'DELETE', `/v1/labs/${json.id}`);
    expect(await spans()).toEqual([{ from: iso(START), until: iso(START + 60_000) }]);
  });

  test('takes hours once where the request is repeated under its key', async () => {
    const { id } = await here.give(ANA);
    here.world.deps.clock.moveTo(END - HOUR);
    const again = () =>
      here.study(ANA, 'PATCH', `/v1/labs/${id}`, {
        json: { extend: 'PT2H' },
        headers: { 'Idempotency-Key': 'a-key' },
      });
    here.world.deps.labs.faults.failNext('saveSpec');
    expect((await again()).status).toBe(503);
    await again();
    await again();
    expect((await specOf(id)).expiresAt).toBe(iso(GRACE_END + 2 * HOUR));
    expect(await spans()).toEqual([{ from: iso(GRACE_END), until: iso(GRACE_END + 2 * HOUR) }]);
  });

  test('has no more machines than the class gives; its instructor may add some', async () => {
    const { id } = await here.give(ANA);
    const more = { machines: { managers: 2, workers: 2 } };
    expect((await patch(id, more)).json).toMatchObject({ code: 'forbidden', needed: 4, allowed: 3 });
    expect((await here.study(ANA, 'POST', `/v1/labs/${id}/machines`, { json: {} })).status).toBe(403);
    expect((await patch(id, { machines: { managers: 2, workers: 1 } })).status).toBe(202);
    const asInes = { as: 'instructor', subject: 'ines' } as const;
    const { status } = await here.world.ask('PATCH', `/v1/labs/${id}`, { ...asInes, json: more });
    expect(status).toBe(202);
  });
});

describe('a class’s lab', () => {
  test('is its instructor’s to see, change and open, and no other’s', async () => {
    const { id } = await here.give(ANA);
    const as = (subject: string, method: string, path: string, json?: object) =>
      here.world.ask(method, `/v1/labs${path}`, {
        as: 'instructor',
        subject,
        ...(json === undefined ? {} : { json }),
      });
    expect((await as('ines', 'GET', `/${id}`)).status).toBe(200);
    expect((await as('ines', 'PATCH', `/${id}`, { extend: 'PT10H' })).status).toBe(202);
    await ensureLabSecrets(here.world.deps, id, START);
    expect((await as('ines', 'POST', `/${id}/certificates`)).status).toBe(200);
    expect((await as('ines', 'GET', `/${id}/ssh-key`)).status).toBe(200);
    expect((await as('olga', 'GET', `/${id}/ssh-key`)).status).toBe(404);
    expect((await as('olga', 'GET', `/${id}`)).status).toBe(404);
    expect((await as('olga', 'PATCH', `/${id}`, { extend: 'PT10H' })).status).toBe(404);
    // A student who bears the instructor's name is no instructor.
    expect((await here.world.ask('GET', `/v1/labs/${id}`, { subject: 'ines' })).status).toBe(404);
    expect((await here.study(BOB, 'GET', `/v1/labs/${id}`)).status).toBe(404);
    const listed = await as('ines', 'GET', '?class=docker');
    expect(listed.json.items.map((lab: { id: string }) => lab.id)).toEqual([id]);
    expect((await as('ines', 'GET', '')).json.items).toEqual([]);
    expect((await as('olga', 'GET', '?class=docker')).status).toBe(404);
    expect((await here.study(ANA, 'GET', '/v1/labs?class=docker')).json.items).toHaveLength(1);
    expect((await here.study(ANA, 'GET', '/v1/labs?class=other')).json.items).toEqual([]);
  });

  test('is listed in pages, newest first', async () => {
    const ids = [
      (await here.give(ANA)).id,
      (await here.give(BOB)).id,
      (await here.give('cid@example.org')).id,
    ];
    const page = async (cursor = '') =>
      (
        await here.world.ask('GET', `/v1/labs?class=docker&limit=2${cursor}`, {
          as: 'instructor',
          subject: 'ines',
        })
      ).json;
    const first = await page();
    expect(first.items.map(({ id }: { id: string }) => id)).toEqual([ids[2], ids[1]]);
    const second = await page(`&cursor=${first.cursor}`);
    expect(second.items.map(({ id }: { id: string }) => id)).toEqual([ids[0]]);
    expect(second.cursor).toBeUndefined();
  });
});
