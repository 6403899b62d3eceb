import { beforeEach, describe, expect, test } from 'vitest';
import { wakeIdOfClass } from '../../../shared/core/ids.ts';
import { START } from '../../support/builders.ts';
import { aClassRequest, asInstructor, watchWakes } from '../../support/class-requests.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
let ask: ReturnType<typeof asInstructor>;
beforeEach(() => {
  world = createWorld();
  ask = asInstructor(world);
});
const create = (more: object = {}, asking: object = {}) =>
  ask('POST', '', { json: aClassRequest(more), ...asking });
const pointers = (answer: { json: { errors?: { pointer: string }[] } }) =>
  (answer.json.errors ?? []).map(({ pointer }) => pointer).sort();
const loaded = async (id = 'docker-2026') => {
  const found = await world.deps.classes.load(id);
  if (found === undefined) throw new Error(`no class ${id}`);
  return found;
};
const keyed = (key: string) => ({ headers: { 'Idempotency-Key': key } });

describe('a class that is asked for', () => {
  test('is answered at once with what was asked and what was filled in, recorded, and woken', async () => {
    const { status, json, headers, text } = await create();
    expect(status).toBe(202);
    expect(headers.get('Location')).toBe('/v1/classes/docker-2026');
    expect(json).toMatchObject({
      id: 'docker-2026',
      instructor: 'ines',
      state: 'active',
      students: 2,
      after: 'delete',
      grace: 'PT15M',
      events: [],
    });
    expect(text).not.toContain('example.org');
    expect((await ask('GET', '/docker-2026')).json).toEqual(json);
    const { spec } = await loaded();
    expect(await world.deps.classes.roster('docker-2026', spec.rosterId)).toHaveLength(2);
    expect(world.deps.queue.waiting).toMatchObject([{ labId: wakeIdOfClass('docker-2026') }]);
  });

  test('tells its next five sessions in UTC and by the class’s clock, and when launching begins', async () => {
    const { json } = await create({ leadTime: 'PT10M' });
    expect(json.next).toHaveLength(5);
    expect(json.next[0]).toEqual({
      start: '2026-03-09T22:00:00.000Z',
      end: '2026-03-10T00:00:00.000Z',
      local: '2026-03-09T19:00-03:00',
      firstLaunch: '2026-03-09T21:50:00.000Z',
    });
  });

  test('launches as early as the pace needs for all its machines', async () => {
    const launchPace = {
      requests: { burst: 1, perSecond: 1000 },
      machines: { burst: 3, perSecond: 0.1 },
    };
    world = createWorld({ policy: { launchPace, readySeconds: 60 } });
    ask = asInstructor(world);
    const [{ start, firstLaunch }] = (await create()).json.next;
    // Two labs of three machines: the second waits until the bucket holds three again.
    const lead = (Date.parse(start) - Date.parse(firstLaunch)) / 1000 - 60;
    expect(lead).toBeGreaterThan(29);
    expect(lead).toBeLessThan(33);
  });

  test('is refused with everything that is wrong at once, each with its pointer', async () => {
    const answer = await create({
      template: 'swrm',
      stacks: ['webservr'],
      machines: { managers: 9, workers: 0 },
      roster: [{ email: 'ana@example.org' }, { email: 'ANA@example.org ' }, { name: 'no address' }],
      sessions: [{ start: '2026-03-09T19:00', duration: 'PT2H', weekly: true }],
      timeZone: 'America/Sao_Paolo',
      grace: 'PT30H',
      budget: { usd: -1 },
      unknown: true,
    });
    expect(answer.status).toBe(422);
    expect(pointers(answer)).toEqual([
      '/budget/usd',
      '/grace',
      '/machines/managers',
      '/roster/1/email',
      '/roster/2/email',
      '/sessions/0/until',
      '/stacks/0',
      '/template',
      '/timeZone',
      '/unknown',
    ]);
    const words = JSON.stringify(answer.json.errors);
    for (const near of ['swarm', 'webserver', 'America/Sao_Paulo']) expect(words).toContain(near);
    expect(world.deps.queue.waiting).toEqual([]);
    expect(await world.deps.classes.load('docker-2026')).toBeUndefined();
  });

  test.each([
    ['an empty roster', { roster: [] }, '/roster'],
    [
      '1,001 students',
      { roster: Array.from({ length: 1001 }, (_, n) => ({ email: `s${n}@a.org` })) },
      '/roster',
    ],
    ['a roster that is no list', { roster: { email: 'a@b.org' } }, '/roster'],
    ['no session', { sessions: [] }, '/sessions'],
    [
      'sessions that are all over',
      { sessions: [{ start: '2026-03-01T19:00', duration: 'PT2H' }] },
      '/sessions',
    ],
    ['a name that is none', { name: 'Docker 2026' }, '/name'],
    [
      'machines where no swarm is formed',
      { template: 'docker-host', machines: { managers: 1, workers: 0 } },
      '/machines',
    ],
    ['stacks where no swarm is formed', { template: 'docker-host', stacks: ['webserver'] }, '/stacks'],
    ['too many machines', { machines: { managers: 7, workers: 10 } }, '/machines'],
  ])('is refused with %s', async (_what, more, pointer) => {
    const answer = await create(more);
    expect([answer.status, pointers(answer)]).toEqual([422, [pointer]]);
  });

  test('may have a thousand students, with names, in one request', async () => {
    const roster = Array.from({ length: 1000 }, (_, n) => ({
      email: `student.number.${n}@${'faculty.'.repeat(11)}example.org`,
      name: `Nome Completo da Aluna ${n} ${'x'.repeat(70)}`,
      group: 'turma da noite',
    }));
    expect(JSON.stringify(roster).length).toBeGreaterThan(256 * 1024);
    expect((await create({ roster })).json.students).toBe(1000);
  });

  test('is refused for its size before it is read, where it is larger', async () => {
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode('x'.repeat(1000)));
      },
    });
    const headers = { 'Content-Type': 'application/json', 'Content-Length': String(50 * 1024 * 1024) };
    const { status, json } = await ask('POST', '', { body, headers });
    expect([status, json.allowedBytes]).toEqual([413, 1024 * 1024]);
  });
});

describe('a class’s name', () => {
  test('is given once, though two ask for it at the same moment', async () => {
    const answers = await Promise.all([create({}, keyed('one')), create({ after: 'stop' }, keyed('two'))]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
    expect(answers.find(({ status }) => status === 409)?.json.code).toBe('conflict');
    const { spec } = await loaded();
    expect(await world.deps.classes.roster('docker-2026', spec.rosterId)).toHaveLength(2);
  });

  test('is refused to another instructor without a word about the class that has it', async () => {
    await create();
    const { status, text } = await asInstructor(world, 'eve')('POST', '', { json: aClassRequest() });
    expect(status).toBe(409);
    expect(text).not.toContain('ines');
  });
});

describe('a class asked for with a key', () => {
  test('is the same class when asked again, also after it was changed and its sessions are over', async () => {
    const first = await create({}, keyed('k'));
    await ask('PATCH', '/docker-2026', { json: { grace: 'PT5M' } });
    world.deps.clock.advance(3600);
    const again = await create({}, keyed('k'));
    expect([again.status, again.json.createdAt]).toEqual([202, first.json.createdAt]);
    expect(again.json.grace).toBe('PT5M');
    const other = await create({ after: 'stop' }, keyed('k'));
    expect([other.status, other.json.code]).toEqual([422, 'idempotency_mismatch']);
    expect((await create({}, keyed('other'))).status).toBe(409);
  });

  test.each(['putRoster', 'create'] as const)(
    'is made by its repeat after a crash before %s',
    async (call) => {
      world.deps.classes.faults.failNext(call, new Error('the process died here'));
      expect((await create({}, keyed('k'))).status).toBe(500);
      expect((await ask('GET', '/docker-2026')).status).toBe(404);
      expect((await create({}, keyed('k'))).status).toBe(202);
      const { spec } = await loaded();
      expect(await world.deps.classes.roster('docker-2026', spec.rosterId)).toHaveLength(2);
    },
  );

  test('is answered from what is there after a crash right after it was recorded', async () => {
    const { classes } = world.deps;
    const real = classes.create.bind(classes);
    classes.create = async (record) => {
      await real(record);
      classes.create = real;
      throw new Error('the process died here');
    };
    expect((await create({}, keyed('k'))).status).toBe(500);
    const woken = watchWakes(world);
    expect((await create({}, keyed('k'))).status).toBe(202);
    expect(woken).toEqual([wakeIdOfClass('docker-2026')]);
  });
});

describe('a change of a class', () => {
  const change = (json: object, more: object = {}) => ask('PATCH', '/docker-2026', { json, ...more });
  beforeEach(async () => {
    await create({ hoursQuota: 'PT4H', budget: { usd: 100 }, leadTime: 'PT5M' });
  });

  test('writes what is given, takes away what is null, leaves the rest, and wakes the class', async () => {
    const before = (await loaded()).spec;
    const woken = watchWakes(world);
    const { status, json } = await change({
      hoursQuota: null,
      leadTime: null,
      budget: { usd: 5 },
      grace: 'PT1H',
    });
    expect(status).toBe(202);
    const { hoursQuota: _quota, leadTime: _lead, ...rest } = before;
    expect((await loaded()).spec).toEqual({
      ...rest,
      grace: 'PT1H',
      budget: { usd: 5, stopAtSessionEnd: false },
    });
    expect(json.budget).toEqual({ usd: 5, stopAtSessionEnd: false, told: 'none' });
    expect(woken).toEqual([wakeIdOfClass('docker-2026')]);
  });

  test('that changes nothing writes nothing', async () => {
    const { specVersion } = await loaded();
    expect((await change({ hoursQuota: 'PT4H' })).status).toBe(202);
    expect((await loaded()).specVersion).toBe(specVersion);
  });

  test.each([
    [{}, ''],
    [{ name: 'other', grace: 'PT1M' }, '/name'],
    [{ after: null }, '/after'],
    [{ timeZone: 'Mars/Olympus' }, '/timeZone'],
    [{ sessions: [{ start: '2020-03-09T19:00', duration: 'PT2H' }] }, '/sessions'],
    [{ sessions: [{ start: '2026-02-30T19:00', duration: 'PT2H' }] }, '/sessions/0/start'],
    [{ template: 'docker-host', stacks: ['webserver'] }, '/stacks'],
    [{ grace: 'P2D' }, '/grace'],
  ])('is refused as %j', async (json, pointer) => {
    const answer = await change(json);
    expect([answer.status, pointers(answer)]).toEqual([422, [pointer]]);
  });

  test('of what becomes of labs is refused while one of them lives, and done once none does', async () => {
    const lab = { id: '01kjq7a1000000000000000000', purpose: 'session' as const, replacement: 0 };
    const student = { email: 'ana@example.org', addedAt: 'x', allowFrom: [], ownHours: [], version: 0, lab };
    await world.deps.classes.saveStudent('docker-2026', student);
    const refused = await change({ after: 'stop' });
    expect([refused.status, refused.json.code, refused.json.labs]).toEqual([409, 'conflict', 1]);
    expect((await change({ grace: 'PT1M' })).status).toBe(202);
    const usage = {
      ...{ machineSeconds: {}, stoppedSeconds: {}, diskGigabyteSeconds: 0, since: 'x' },
      ...{ running: {}, stopped: {}, diskGigabytes: 0 },
    };
    await world.deps.classes.saveLab('docker-2026', {
      ...{ labId: lab.id, student: 'ana@example.org', purpose: 'session', template: 'swarm' },
      ...{ createdAt: 'x', phase: 'deleted', percent: 0, expiresAt: 'x', endedAt: 'x', usage, version: 1 },
    });
    expect((await change({ after: 'stop' })).json.after).toBe('stop');
  });

  test('made twice under one key is made once, and does not undo what came between', async () => {
    await change({ grace: 'PT1H' }, keyed('k'));
    await change({ grace: 'PT2H' });
    expect((await change({ grace: 'PT1H' }, keyed('k'))).json.grace).toBe('PT2H');
  });

  test('made at the same moment as another loses nothing of either', async () => {
    const answers = await Promise.all([change({ grace: 'PT1H' }), change({ hoursQuota: 'PT1H' })]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect((await loaded()).spec).toMatchObject({ grace: 'PT1H', hoursQuota: 'PT1H' });
  });

  test('is refused once the class is deleted, which may be asked again', async () => {
    expect((await ask('DELETE', '/docker-2026')).json.state).toBe('deleted');
    expect((await ask('DELETE', '/docker-2026')).status).toBe(202);
    const { status, json } = await change({ grace: 'PT1H' });
    expect([status, json.code]).toEqual([409, 'conflict']);
  });
});

describe('classes', () => {
  test('are listed newest first, page by page: an instructor’s own, an operator everybody’s', async () => {
    for (const name of ['one', 'two', 'three']) {
      await create({ name });
      world.deps.clock.advance(1);
    }
    await asInstructor(world, 'eve')('POST', '', { json: aClassRequest({ name: 'eves' }) });
    const page = await ask('GET', '?limit=2');
    expect(page.json.items.map(({ id }: { id: string }) => id)).toEqual(['three', 'two']);
    const rest = await ask('GET', `?limit=2&cursor=${encodeURIComponent(page.json.cursor)}`);
    expect(rest.json.items.map(({ id }: { id: string }) => id)).toEqual(['one']);
    expect(rest.json.cursor).toBeUndefined();
    const all = await world.ask('GET', '/v1/classes', { as: 'operator' });
    expect(all.json.items).toHaveLength(4);
  });

  test('of others, of none, and of names that are none are alike: not found', async () => {
    await create();
    const eve = await asInstructor(world, 'eve')('GET', '/docker-2026');
    const none = await ask('GET', '/docker-2027');
    expect([eve.status, none.status]).toEqual([404, 404]);
    expect(eve.json.detail.replace('2026', '2027')).toBe(none.json.detail);
    expect((await ask('GET', '/UPPER')).status).toBe(404);
    // Not even a student who bears the instructor's name.
    expect((await world.ask('GET', '/v1/classes/docker-2026', { subject: 'ines' })).status).toBe(404);
  });

  test('show their budget as it was last reckoned, and their end', async () => {
    await create({ budget: { usd: 10 } });
    const found = await loaded();
    const budget = { usd: 8.5, at: '2026-03-10T00:00:00.000Z', told: 'warned' as const };
    const events = [{ sequence: 1, at: budget.at, type: 'BudgetWarning', message: '85 % spent' }];
    const status = { ...found.status, budget, events, endedAt: budget.at };
    await world.deps.classes.saveStatus(found, status, undefined);
    const { json } = await ask('GET', '/docker-2026');
    expect(json.budget).toEqual({
      ...{ usd: 10, stopAtSessionEnd: false, spent: 8.5 },
      ...{ reckonedAt: budget.at, told: 'warned' },
    });
    expect([json.state, json.endedAt, json.events]).toEqual(['ended', budget.at, events]);
  });
});

test('START is before the class’s first session', () => {
  expect(START).toBeLessThan(Date.parse('2026-03-09T22:00:00Z'));
});
