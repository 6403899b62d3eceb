import { beforeEach, describe, expect, test } from 'vitest';
import { wakeIdOfClass } from '../../../shared/core/ids.ts';
import { aClassRequest, asInstructor, watchWakes } from '../../support/class-requests.ts';
import { measureCpu } from '../../support/measure-cpu.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
let ask: ReturnType<typeof asInstructor>;
beforeEach(async () => {
  world = createWorld();
  ask = asInstructor(world);
  await ask('POST', '', { json: aClassRequest() });
});
const put = (json: unknown, more: object = {}) => ask('PUT', '/docker-2026/roster', { json, ...more });
const putCsv = (body: string | Uint8Array | ReadableStream, headers: Record<string, string> = {}) =>
  ask('PUT', '/docker-2026/roster', { body, headers: { 'Content-Type': 'text/csv', ...headers } });
const spec = async () => {
  const found = await world.deps.classes.load('docker-2026');
  if (found === undefined) throw new Error('no class');
  return found.spec;
};
const roster = async () => await world.deps.classes.roster('docker-2026', (await spec()).rosterId);
const ana = { email: 'ana@example.org', name: 'Ana' };
const bob = { email: 'bob@example.org' };

describe('a roster that is put', () => {
  test('is told as what it changes, counts whole, and wakes the class', async () => {
    const before = await spec();
    const woken = watchWakes(world);
    const { status, json } = await put([{ ...ana, group: 'A' }, { email: 'Zoe@Example.org' }]);
    expect([status, json]).toEqual([
      202,
      {
        ...{ class: 'docker-2026', added: 1, removed: 1, changed: 1, unchanged: 0 },
        leavesAt: '2026-03-02T12:15:00.000Z',
      },
    ]);
    expect(await roster()).toEqual([{ ...ana, group: 'A' }, { email: 'zoe@example.org' }]);
    expect(await spec()).toEqual({ ...before, rosterId: (await spec()).rosterId });
    expect(woken).toEqual([wakeIdOfClass('docker-2026')]);
    expect((await ask('GET', '/docker-2026')).json.students).toBe(2);
  });

  test('with nothing new in it writes nothing', async () => {
    const before = await spec();
    const { json } = await put({ students: [bob, ana] });
    expect(json).toEqual({ class: 'docker-2026', added: 0, removed: 0, changed: 0, unchanged: 2 });
    expect(await spec()).toEqual(before);
  });

  test('may be a spreadsheet’s CSV: byte order mark, semicolons, columns in any order, quotes', async () => {
    const { status, json } = await putCsv(
      '\ufeffGroup;Phone;Name;E-mail\r\nA;1;"Ana ""A"" Souza";ANA@example.org\r\n',
    );
    expect([status, json.changed, json.removed]).toEqual([202, 1, 1]);
    expect(await roster()).toEqual([{ email: 'ana@example.org', name: 'Ana "A" Souza', group: 'A' }]);
  });

  test('in which anything is wrong is refused whole, each mistake by its line', async () => {
    const before = await roster();
    const { status, json } = await putCsv(
      'email,name\nnew@example.org,New\nno address,X\nnew@example.org,Twice\n',
    );
    expect([status, json.code]).toEqual([422, 'invalid_input']);
    expect(json.errors.map(({ place }: { place: object }) => place)).toEqual([
      { file: 'roster.csv', line: 3, column: 1 },
      { file: 'roster.csv', line: 4, column: 1 },
    ]);
    expect(await roster()).toEqual(before);
  });

  test.each([
    [[], ''],
    [{ students: [] }, '/students'],
    [[{ email: 'ana@example.org' }, { email: 'x' }], '/1/email'],
    [{ students: [{ email: 'x' }] }, '/students/0/email'],
    [{ pupils: [] }, '/pupils'],
    [Array.from({ length: 1001 }, (_, n) => ({ email: `s${n}@a.org` })), ''],
  ])('as JSON is refused with a pointer: %j', async (json, pointer) => {
    const answer = await put(json);
    expect(answer.status).toBe(422);
    expect(answer.json.errors.map((issue: { pointer: string }) => issue.pointer)).toContain(pointer);
  });

  test('of 50 MB is refused at once, whether or not it says how long it is', async () => {
    let sent = 0;
    const endless = () =>
      new ReadableStream({
        pull(controller) {
          sent += 1;
          controller.enqueue(new TextEncoder().encode('a@b.org\n'.repeat(8192)));
        },
      });
    const told = await putCsv(endless(), { 'Content-Length': String(50 * 1024 * 1024) });
    expect([told.status, told.json.allowedBytes]).toEqual([413, 2 * 1024 * 1024]);
    sent = 0;
    expect((await putCsv(endless())).status).toBe(413);
    expect(sent).toBeLessThan(40);
    const headers = { 'Content-Type': 'application/json' };
    const json = await ask('PUT', '/docker-2026/roster', { body: endless(), headers });
    expect([json.status, json.json.allowedBytes]).toEqual([413, 1024 * 1024]);
  });

  test('in another form is not taken', async () => {
    const { status, json } = await putCsv('a', { 'Content-Type': 'application/vnd.ms-excel' });
    expect(status).toBe(415);
    expect(json.detail).toContain('text/csv');
  });

  test('at the same moment as another counts whole: the last one of them', async () => {
    const { classes } = world.deps;
    const written: string[] = [];
    const real = classes.putRoster.bind(classes);
    classes.putRoster = async (classId, rosterId, entries) => {
      written.push(rosterId);
      await real(classId, rosterId, entries);
    };
    const rosters = ['a', 'b', 'c'].map((letter) =>
      [1, 2, 3].map((number) => ({ email: `${letter}${number}@example.org` })),
    );
    const answers = await Promise.all(rosters.map((one) => put(one)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(rosters).toContainEqual(await roster());
    // What each was told follows from what another wrote before it.
    expect(answers.map(({ json }) => json.added)).toEqual([3, 3, 3]);
    expect(answers.map(({ json }) => json.removed).sort()).toEqual([2, 3, 3]);
    // None was followed yet: those that do not count are gone.
    const { rosterId } = await spec();
    for (const id of written) {
      expect((await classes.roster('docker-2026', id)) === undefined).toBe(id !== rosterId);
    }
  });

  test('leaves the one that the class’s students follow to the class’s reconciler', async () => {
    const { classes } = world.deps;
    const found = await classes.load('docker-2026');
    if (found === undefined) throw new Error('no class');
    const { rosterId } = found.spec;
    await classes.saveStatus(found, { ...found.status, rosterId }, 0);
    await put([bob]);
    expect(await classes.roster('docker-2026', rosterId)).toHaveLength(2);
    const unfollowed = (await spec()).rosterId;
    await put([ana]);
    expect(await classes.roster('docker-2026', unfollowed)).toBeUndefined();
  });

  test('that is overtaken without end gives up, and takes its roster with it', async () => {
    const { classes } = world.deps;
    const before = await roster();
    let rosterId = '';
    const real = classes.putRoster.bind(classes);
    classes.putRoster = async (classId, id, entries) => {
      rosterId = id;
      await real(classId, id, entries);
    };
    const save = classes.saveSpec.bind(classes);
    classes.saveSpec = async (record, wanted, dueAt) => {
      const found = await classes.load(record.id);
      if (found !== undefined) await save(found, { ...found.spec, grace: 'PT1H' }, dueAt);
      return await save(record, wanted, dueAt);
    };
    const { status, json, headers } = await put([bob]);
    expect([status, json.code, headers.get('Retry-After')]).toEqual([409, 'version_conflict', '1']);
    expect(await roster()).toEqual(before);
    expect(rosterId).not.toBe('');
    expect(await classes.roster('docker-2026', rosterId)).toBeUndefined();
  });

  test('whose write was done though its answer was lost is told as done', async () => {
    const { classes } = world.deps;
    const save = classes.saveSpec.bind(classes);
    classes.saveSpec = async (record, wanted, dueAt) => {
      await save(record, wanted, dueAt);
      classes.saveSpec = save;
      // As the SDK's own second try would find it.
      return await save(record, wanted, dueAt);
    };
    const { status, json } = await put([bob]);
    expect([status, json.removed, json.unchanged]).toEqual([202, 1, 1]);
    expect(await roster()).toEqual([bob]);
  });

  test('is of no use to a class that is deleted', async () => {
    await ask('DELETE', '/docker-2026');
    expect((await put([ana])).json.code).toBe('conflict');
  });
});

describe('the roster that is asked for', () => {
  test('is CSV with who joined and was seen, holds no code, runs in no spreadsheet, and may be put again', async () => {
    await put([{ ...ana, name: '=HYPERLINK("http://evil")' }, bob]);
    await world.deps.classes.saveStudent('docker-2026', {
      ...{ email: ana.email, addedAt: 'x', allowFrom: [], ownHours: [], version: 0 },
      ...{ codeHash: 'the-hash', joinedAt: '2026-03-02T12:00:00.000Z' },
    });
    await world.deps.classes.touchStudent('docker-2026', ana.email, '2026-03-02T12:05:00.000Z');
    const { text, headers } = await ask('GET', '/docker-2026/roster');
    expect(headers.get('Content-Type')).toBe('text/csv; charset=UTF-8');
    expect(headers.get('Content-Disposition')).toBe('attachment; filename="docker-2026-roster.csv"');
    expect(text).toBe(
      [
        'email,name,group,joined,lastSeen',
        'ana@example.org,"\'=HYPERLINK(""http://evil"")",,2026-03-02T12:00:00.000Z,2026-03-02T12:05:00.000Z',
        'bob@example.org,,,,',
        '',
      ].join('\r\n'),
    );
    expect(text).not.toContain('the-hash');
    expect((await putCsv(text)).json.unchanged).toBe(2);
  });

  test('is JSON where that is preferred', async () => {
    const { json } = await ask('GET', '/docker-2026/roster', { headers: { Accept: 'application/json' } });
    expect(json).toEqual({ items: [ana, bob] });
  });

  test('is nobody’s but the instructor’s', async () => {
    expect((await asInstructor(world, 'eve')('GET', '/docker-2026/roster')).status).toBe(404);
    expect((await world.ask('GET', '/v1/classes/docker-2026/roster')).status).toBe(403);
  });
});

describe('a plan', () => {
  test('of a class, a change or a roster is told, and nothing is written', async () => {
    const { classes, queue } = world.deps;
    const before = [await classes.load('docker-2026'), await roster(), queue.waiting.length];
    const writes: string[] = [];
    for (const call of ['create', 'saveSpec', 'putRoster', 'saveStudent', 'removeRoster'] as const) {
      const real = classes[call].bind(classes) as (...given: unknown[]) => Promise<never>;
      classes[call] = async (...given: unknown[]) => {
        writes.push(call);
        return await real(...given);
      };
    }
    const made = await ask('POST', '?plan=true', { json: aClassRequest({ name: 'another' }) });
    expect([made.status, made.json.students.added, made.json.labs.machines]).toEqual([200, 2, 3]);
    expect(made.json.warnings.map(({ code }: { code: string }) => code)).toContain('two_managers');
    const changed = await ask('PATCH', '/docker-2026?plan=true', {
      json: { machines: { managers: 1, workers: 0 } },
    });
    expect([changed.status, changed.json.labs.machines]).toEqual([200, 1]);
    const rostered = await put([ana, { email: 'zoe@example.org' }], {});
    expect(rostered.status).toBe(202);
    writes.length = 0;
    const planned = await ask('PUT', '/docker-2026/roster?plan=true', { json: [ana, bob] });
    expect(planned.status).toBe(200);
    expect(planned.json.students).toEqual({ total: 2, added: 1, removed: 1, changed: 0, unchanged: 1 });
    expect(writes).toEqual([]);
    expect(before[1]).toHaveLength(2);
  });

  test('is refused for what the class would be refused for', async () => {
    const plan = (more: object) => ask('POST', '?plan=true', { json: aClassRequest(more) });
    expect((await plan({})).json.code).toBe('conflict');
    expect((await plan({ name: 'b', template: 'x' })).status).toBe(422);
    expect(
      (await plan({ name: 'b', sessions: [{ start: '2026-01-01T10:00', duration: 'PT1H' }] })).status,
    ).toBe(422);
    expect((await ask('POST', '?plan=maybe', { json: aClassRequest() })).status).toBe(422);
  });

  test('counts the labs that live, those that run, and those whose students go', async () => {
    const { classes } = world.deps;
    for (const [index, { email }] of [ana, bob].entries()) {
      const lab = { id: `01kjq7a100000000000000000${index}`, purpose: 'course' as const, replacement: 0 };
      await classes.saveStudent('docker-2026', {
        ...{ email, addedAt: 'x', allowFrom: [], ownHours: [], version: 0, lab },
      });
      await classes.saveLab('docker-2026', {
        ...{ labId: lab.id, student: email, purpose: 'course', template: 'swarm', createdAt: 'x' },
        ...{ phase: 'ready', percent: 100, expiresAt: '2026-04-01T00:00:00.000Z', version: 1 },
        usage: {
          ...{
            machineSeconds: {},
            stoppedSeconds: {},
            diskGigabyteSeconds: 0,
            since: '2026-03-02T12:00:00Z',
          },
          ...{ running: {}, stopped: {}, diskGigabytes: 0 },
        },
      });
    }
    const { json } = await ask('PUT', '/docker-2026/roster?plan=true', { json: [ana] });
    expect(json.labs).toMatchObject({ keep: 1, remove: 1 });
  });

  test('is told without what the account cannot say now', async () => {
    const account = async () => {
      throw new Error('no such table');
    };
    world = createWorld({ over: { account } });
    const { status, json } = await asInstructor(world)('POST', '?plan=true', { json: aClassRequest() });
    expect([status, json.vcpus]).toEqual([200, undefined]);
  });

  test('of a thousand students is told in under 200 ms', async () => {
    const launchPace = { requests: { burst: 100, perSecond: 5 }, machines: { burst: 1000, perSecond: 20 } };
    world = createWorld({ policy: { launchPace } });
    const list = Array.from({ length: 1000 }, (_, n) => ({ email: `s${n}@example.org` }));
    const json = aClassRequest({ roster: list });
    const plan = () => asInstructor(world)('POST', '?plan=true', { json });
    await plan();
    const { result, milliseconds } = await measureCpu(plan);
    expect(result.json.students.total).toBe(1000);
    expect(milliseconds).toBeLessThan(200);
  });
});

test('a roster that is replaced while it is read is read as it is by now', async () => {
  const { classes } = world.deps;
  const load = classes.load.bind(classes);
  classes.load = async (classId) => {
    classes.load = load;
    const found = await load(classId);
    await put([{ email: 'zoe@example.org' }]);
    return found;
  };
  const { status, json } = await ask('GET', '/docker-2026/roster', {
    headers: { Accept: 'application/json' },
  });
  expect([status, json]).toEqual([200, { items: [{ email: 'zoe@example.org' }] }]);
});
