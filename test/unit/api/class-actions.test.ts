import { beforeEach, describe, expect, test } from 'vitest';
import { iso } from '../../../shared/core/clock.ts';
import { SlipwayError } from '../../../shared/core/errors.ts';
import { newLabId } from '../../../shared/core/ids.ts';
import { START } from '../../support/builders.ts';
import { BELL, type ClassWorld, createClassWorld, GRACE_END } from '../../support/class-world.ts';

const HOUR = 3_600_000;
const [ANA, BOB, CID] = ['ana@example.org', 'bob@example.org', 'cid@example.org'] as const;

let here: ClassWorld;
beforeEach(async () => {
  here = await createClassWorld();
});
const act = (verb: string, json: object = {}, key?: string) =>
  here.teach('POST', `/${verb}`, {
    json,
    ...(key === undefined ? {} : { headers: { 'Idempotency-Key': key } }),
  });
const specOf = async (id: string) => (await here.lab(id)).spec;
/** A course lab: stopped since its last session, or running till a moment. */
const giveCourse = (email: string, stopsAt: number) =>
  here.give(email, {
    purpose: { id: '', purpose: 'course', replacement: 0 },
    spec: { stopsAt: iso(stopsAt), expiresAt: iso(START + 28 * 24 * HOUR) },
  });

describe('what is done to all labs of a class', () => {
  test('is answered for each student: done, already so, or failed with the reason', async () => {
    const anas = await here.give(ANA);
    const bobs = await here.give(BOB, { spec: { power: 'off' } });
    const { status, json } = await act('start');
    expect(status).toBe(200);
    expect(json.items).toEqual([
      { student: ANA, lab: anas.id, result: 'already' },
      { student: BOB, lab: bobs.id, result: 'done' },
      {
        student: CID,
        result: 'failed',
        code: 'conflict',
        reason: expect.stringContaining(iso(BELL)),
        retryable: false,
      },
    ]);
    expect(json.counts).toEqual({ done: 1, already: 1, failed: 1, not_reached: 0 });
    expect((await specOf(bobs.id)).power).toBe('on');
    expect(here.world.deps.queue.waiting.map(({ labId }) => labId)).toEqual([bobs.id]);
  });

  test('is done to those who are named alone, and to nobody where one of them is unknown', async () => {
    const [anas, bobs] = [await here.give(ANA), await here.give(BOB)];
    const { status, json } = await act('stop', { students: [BOB, 'eve@example.org', 'Mallory@example.org'] });
    expect(status).toBe(422);
    expect(json.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/students/1',
      '/students/2',
    ]);
    expect(json.detail).toContain('eve@example.org');
    expect((await specOf(bobs.id)).power).toBe('on');
    expect((await act('stop', { students: [BOB.toUpperCase()] })).json.counts.done).toBe(1);
    expect([(await specOf(anas.id)).power, (await specOf(bobs.id)).power]).toEqual(['on', 'off']);
  });

  test('stops, and what may only be deleted is told the cure', async () => {
    await here.give(ANA, { spec: { stoppable: false } });
    await here.give(BOB);
    const { json } = await act('stop');
    expect(json.items[0]).toMatchObject({ code: 'conflict', reason: expect.stringContaining('delete-labs') });
    expect(json.items.map(({ result }: { result: string }) => result)).toEqual(['failed', 'done', 'already']);
    expect((await act('stop', { students: [BOB] })).json.counts.already).toBe(1);
  });

  test('extends up to the hard maximum', async () => {
    const { id } = await here.give(ANA);
    await here.give(BOB, { hardMaximum: iso(GRACE_END) });
    const { json } = await act('extend', { by: 'PT1H', students: [ANA, BOB] });
    expect((await specOf(id)).expiresAt).toBe(iso(GRACE_END + HOUR));
    expect(json.items[1]).toMatchObject({ result: 'failed', code: 'invalid_input' });
    expect((await act('extend', {})).status).toBe(422);
    expect((await act('extend', { by: 'PT0S' })).status).toBe(422);
  });

  test.each([
    [9, { result: 'done' }],
    [10, { result: 'failed', code: 'conflict' }],
  ])('with %d of 10 USD spent, and labs to end with the session then, extends so', async (usd, outcome) => {
    here = await createClassWorld({
      spec: { budget: { usd: 10, stopAtSessionEnd: true } },
      status: { budget: { usd, at: iso(BELL), told: usd < 10 ? 'warned' : 'spent' } },
    });
    await here.give(ANA);
    expect((await act('extend', { by: 'PT1H', students: [ANA] })).json.items[0]).toMatchObject(outcome);
  });

  test('is one request under its key: repeated, only what is left is done', async () => {
    const [anas, bobs] = [await here.give(ANA), await here.give(BOB)];
    const { labs } = here.world.deps;
    const students = [ANA, BOB];
    labs.faults.failNext('saveSpec');
    const first = (await act('extend', { by: 'PT1H', students }, 'a-key')).json;
    expect(first.counts).toMatchObject({ done: 1, failed: 1 });
    expect(first.items.find(({ result }: { result: string }) => result === 'failed').retryable).toBe(true);
    const again = (await act('extend', { by: 'PT1H', students }, 'a-key')).json;
    expect(again.counts).toMatchObject({ done: 1, already: 1 });
    expect((await act('extend', { by: 'PT1H', students }, 'a-key')).json.counts.already).toBe(2);
    for (const { id } of [anas, bobs]) expect((await specOf(id)).expiresAt).toBe(iso(GRACE_END + HOUR));
    expect((await act('extend', { by: 'PT2H', students }, 'a-key')).json.code).toBe('idempotency_mismatch');
  });

  test('reaches whom it can in 20 s, and says of the rest that they are left', async () => {
    const emails = Array.from({ length: 60 }, (_, index) => `s${String(index).padStart(2, '0')}@example.org`);
    here = await createClassWorld({ emails });
    for (const email of emails) await here.give(email);
    const { labs, clock } = here.world.deps;
    const save = labs.saveSpec.bind(labs);
    let saved = 0;
    labs.saveSpec = async (...given) => {
      saved += 1;
      if (saved === 25) clock.advance(21);
      return await save(...given);
    };
    const { json } = await act('stop', {}, 'a-key');
    expect(json.counts).toMatchObject({ done: 25, not_reached: 35 });
    expect(json.items[59]).toMatchObject({ result: 'not_reached', retryable: true });
    expect((await act('stop', {}, 'a-key')).json.counts).toMatchObject({ done: 35, already: 25 });
  });

  test('is to be asked again for a student whose lab is about to be made', async () => {
    const lab = { id: newLabId(START), purpose: 'session' as const, replacement: 0 };
    await here.world.deps.classes.saveStudent('docker', { ...(await here.student(ANA)), lab });
    for (const verb of ['start', 'stop', 'rebuild', 'delete-labs']) {
      const { items } = (await act(verb, { students: [ANA] })).json;
      expect(items[0]).toMatchObject({ result: 'failed', code: 'in_progress', retryable: true });
    }
    here.world.deps.clock.advance(300);
    expect((await act('delete-labs', { students: [ANA] })).json.counts.already).toBe(1);
  });

  test('tells no student’s failure in the words of something unforeseen', async () => {
    await here.give(ANA);
    here.world.deps.labs.faults.failNext('saveSpec', new Error('/home/somebody/key'));
    const { status, text, json } = await act('stop');
    expect([status, json.items[0].code]).toEqual([200, 'internal']);
    expect(text).not.toContain('somebody');
  });

  test('is refused once the class is deleted', async () => {
    const { classes } = here.world.deps;
    await classes.saveSpec(here.found, { ...here.found.spec, deleted: true }, START);
    expect((await act('start')).status).toBe(409);
  });

  test('leaves those alone who are on the roster no more, but for stopping and deleting', async () => {
    const { id } = await here.give(ANA, { spec: { power: 'off' } });
    const { classes } = here.world.deps;
    await classes.saveStudent('docker', { ...(await here.student(ANA)), removedAt: iso(START) });
    const who = async (verb: string) =>
      (await act(verb)).json.items.map(({ student }: { student: string }) => student);
    expect(await who('start')).toEqual([BOB, CID]);
    expect(await who('delete-labs')).toEqual([ANA, BOB, CID]);
    expect((await specOf(id)).deleted).toBe(true);
  });
});

describe('course labs, which are stopped between sessions', () => {
  test('run for four hours when their instructor starts them, or as long as told', async () => {
    const [anas, bobs] = [await giveCourse(ANA, START - HOUR), await giveCourse(BOB, START - HOUR)];
    await act('start', { students: [ANA] });
    await act('start', { students: [BOB], by: 'PT30M' });
    expect((await specOf(anas.id)).stopsAt).toBe(iso(START + 4 * HOUR));
    expect((await specOf(bobs.id)).stopsAt).toBe(iso(START + HOUR / 2));
    expect((await here.teach('GET', '/labs')).status).toBe(200);
    expect((await act('start', { students: [ANA, BOB] })).json.counts.already).toBe(2);
  });

  test('run to the end of the session that is on', async () => {
    const { id } = await giveCourse(ANA, START - HOUR);
    here.world.deps.clock.moveTo(BELL + HOUR);
    await act('start', { students: [ANA] });
    expect((await specOf(id)).stopsAt).toBe(iso(GRACE_END));
  });

  test('are extended by when they stop, not by when they go', async () => {
    const { id } = await giveCourse(ANA, GRACE_END);
    await act('extend', { by: 'PT1H', students: [ANA] });
    expect(await specOf(id)).toMatchObject({
      stopsAt: iso(GRACE_END + HOUR),
      expiresAt: iso(START + 28 * 24 * HOUR),
    });
  });

  test('start no more once the budget is spent, and those that run are left to run', async () => {
    here = await createClassWorld({
      spec: { budget: { usd: 10, stopAtSessionEnd: false } },
      status: { budget: { usd: 10, at: iso(START), told: 'spent' } },
    });
    await here.give(ANA, { spec: { power: 'off' } });
    await here.give(BOB);
    const { json } = await act('start');
    expect(json.items[0]).toMatchObject({ code: 'quota', reason: expect.stringContaining('10.00 USD') });
    expect(json.items[1].result).toBe('already');
  });
});

describe('labs that are rebuilt', () => {
  test('are new ones for the same session, under the student’s pointer, and the old ones go', async () => {
    const old = await here.give(ANA, { spec: { allowFrom: ['192.0.2.1/32'] } });
    const { json } = await act('rebuild', { students: [ANA] }, 'a-key');
    const [{ lab: newId, result }] = json.items;
    expect(result).toBe('done');
    expect(newId).not.toBe(old.id);
    expect((await specOf(old.id)).deleted).toBe(true);
    expect((await here.student(ANA)).lab).toMatchObject({ id: newId, purpose: 'session', replacement: 0 });
    expect(await here.lab(newId)).toMatchObject({
      owner: ANA,
      class: old.class,
      template: 'swarm',
      spec: { expiresAt: iso(GRACE_END), allowFrom: ['192.0.2.1/32'], power: 'on' },
    });
    expect((await act('rebuild', { students: [ANA] }, 'a-key')).json.items[0]).toMatchObject({
      result: 'already',
      lab: newId,
    });
  });

  test.each(['saveSpec', 'create'] as const)(
    'come to one lab where the request is cut off at %s and repeated in the session',
    async (call) => {
      const old = await here.give(ANA);
      here.world.deps.clock.moveTo(BELL + 1000);
      here.world.deps.labs.faults.failNext(call, new Error('cut off'));
      expect((await act('rebuild', { students: [ANA] }, 'a-key')).json.items[0].result).toBe('failed');
      const { json } = await act('rebuild', { students: [ANA] }, 'a-key');
      expect(json.items[0].result).toBe('done');
      expect((await specOf(old.id)).deleted).toBe(true);
      const labs = (await here.world.deps.labs.list({ owner: ANA, limit: 10 })).items;
      expect(labs.filter(({ spec }) => !spec.deleted).map(({ id }) => id)).toEqual([json.items[0].lab]);
      expect((await here.student(ANA)).lab?.id).toBe(json.items[0].lab);
    },
  );

  test('take the place of one that failed, and of none in a session', async () => {
    const failure = { code: 'deadline', message: 'no swarm', at: iso(START) };
    await here.give(ANA, { status: { failure } });
    here.world.deps.clock.moveTo(BELL + 1000);
    const { json } = await act('rebuild', { students: [ANA, BOB] });
    expect(json.counts).toMatchObject({ done: 2 });
    const { id } = (await here.student(BOB)).lab ?? { id: '' };
    expect(await here.lab(id)).toMatchObject({
      class: { purpose: 'session', session: iso(BELL) },
      spec: { expiresAt: iso(GRACE_END), allowFrom: ['192.0.2.9/32'] },
    });
  });

  test('are none where there is neither a lab nor a session', async () => {
    expect((await act('rebuild', { students: [BOB] })).json.items[0]).toMatchObject({ code: 'conflict' });
  });

  test('stay course labs, stopped when the old one would have been', async () => {
    await giveCourse(ANA, GRACE_END);
    const [{ lab: id }] = (await act('rebuild', { students: [ANA] })).json.items;
    expect(await here.lab(id)).toMatchObject({
      class: { purpose: 'course' },
      spec: { stopsAt: iso(GRACE_END), expiresAt: iso(START + 28 * 24 * HOUR) },
    });
  });
});

describe('a stack for all labs of a class', () => {
  test('is asked for in each, and a repeat under its key asks for nothing', async () => {
    const { id } = await here.give(ANA);
    const put = (key: string) =>
      here.teach('PUT', '/stacks/registry', {
        json: { from: 'registry' },
        headers: { 'Idempotency-Key': key },
      });
    expect((await put('a-key')).json.items).toMatchObject([
      { student: ANA, lab: id, result: 'done' },
      { student: BOB, result: 'failed', code: 'conflict' },
      { student: CID, result: 'failed', code: 'conflict' },
    ]);
    const stack = (await specOf(id)).stacks.find(({ name }) => name === 'registry');
    expect(stack).toMatchObject({ from: 'registry', revision: 1 });
    expect((await put('a-key')).json.items[0].result).toBe('already');
    expect((await put('another')).json.items[0].result).toBe('done');
    expect(
      (await here.teach('PUT', `/stacks/registry?students=${BOB}`, { json: { from: 'registry' } })).json
        .items,
    ).toHaveLength(1);
  });

  test('is nothing to a lab whose student has formed no swarm yet', async () => {
    here = await createClassWorld({ spec: { template: 'docker-host' } });
    const { swarm: _swarm, ...status } = (await here.give(BOB)).status;
    const bare = await here.give(ANA, { spec: { swarm: 'none', stacks: [] } });
    await here.world.deps.labs.saveStatus(bare, status, undefined);
    const { items } = (await here.teach('PUT', '/stacks/registry', { json: { from: 'registry' } })).json;
    expect(items[0]).toMatchObject({ student: ANA, result: 'failed', code: 'conflict' });
    expect(items[0].reason).toContain('no swarm');
    expect((await specOf(bare.id)).stacks).toEqual([]);
  });

  test('is refused whole where its file cannot be read', async () => {
    await here.give(ANA);
    const answer = await here.teach('PUT', '/stacks/own', {
      body: 'services: 7',
      headers: { 'Content-Type': 'application/yaml' },
    });
    expect(answer.status).toBe(422);
  });
});

describe('a message to a class', () => {
  const send = (text: string, key?: string) =>
    here.teach('POST', '/messages', {
      json: { text },
      ...(key === undefined ? {} : { headers: { 'Idempotency-Key': key } }),
    });

  test('is told to each lab once, and kept for those to come', async () => {
    const { id } = await here.give(ANA);
    const { status, json } = await send('Exercise 3 now', 'a-key');
    expect(status).toBe(202);
    expect(json).toMatchObject({
      notices: [{ text: 'Exercise 3 now' }],
      told: { done: 1, already: 2, failed: 0 },
    });
    await send('Exercise 3 now', 'a-key');
    expect((await specOf(id)).notices).toEqual(json.notices);
    await send('Exercise 3 now');
    expect((await specOf(id)).notices).toHaveLength(2);
  });

  test('reaches, when repeated, the lab that it did not reach', async () => {
    const { id } = await here.give(ANA);
    here.world.deps.labs.faults.failNext('saveSpec', new SlipwayError('store_unavailable', 'away'));
    expect((await send('Hello', 'a-key')).json.told).toMatchObject({ failed: 1 });
    expect((await send('Hello', 'a-key')).json).toMatchObject({ notices: [{}], told: { done: 1 } });
    expect((await specOf(id)).notices).toHaveLength(1);
  });

  test('is among the last ten', async () => {
    const { id } = await here.give(ANA);
    for (let count = 1; count <= 12; count += 1) {
      here.world.deps.clock.advance(1);
      await send(`number ${count}`);
    }
    const texts = (await specOf(id)).notices?.map(({ text }) => text);
    expect(texts).toHaveLength(10);
    expect([texts?.[0], texts?.[9]]).toEqual(['number 3', 'number 12']);
  });

  test.each(['', '  ', 'two\nlines', '\u001b[2J', '\u202eevil', 'x'.repeat(281)])(
    'is not %j',
    async (text) => {
      expect((await send(text)).status).toBe(422);
    },
  );
});
