import { describe, expect, test } from 'vitest';
import { iso } from '../../../../shared/core/clock.ts';
import { reconcileClass } from '../../../../shared/reconcile/classes/reconcile-class.ts';
import { BELL, CLASS, classWorld, crashing, HOUR, MINUTE, rosterOf } from './class-world.ts';

const PACE = { requests: { burst: 5, perSecond: 0.1 }, machines: { burst: 1000, perSecond: 5 } };

describe('a session', () => {
  test('has a lab for each student, recorded ahead, launched so that the last is ready at the bell, gone a grace after', async () => {
    const world = await classWorld({ students: 20, policy: { launchPace: PACE } });
    await world.goTo(BELL - 30 * MINUTE);
    expect(await world.allLabs()).toEqual([]);
    expect(await world.students()).toHaveLength(20);

    await world.goTo(BELL - 15 * MINUTE);
    const labs = await world.allLabs();
    expect(labs).toHaveLength(20);
    const starts = labs.map(({ spec }) => spec.startsAt ?? '').sort();
    expect(starts.at(-1)).toBe(iso(BELL - MINUTE));
    expect(new Set(starts).size).toBeGreaterThan(10);
    expect(starts[0] && starts[0] < iso(BELL - 2 * MINUTE)).toBe(true);
    for (const { spec, class: of, hardMaximum } of labs) {
      expect(spec).toMatchObject({ expiresAt: iso(BELL + 2 * HOUR + 15 * MINUTE), stoppable: false });
      expect(of).toEqual({ id: CLASS, instructor: 'teacher', purpose: 'session', session: iso(BELL) });
      expect(hardMaximum).toBe(iso(BELL + 14 * HOUR + 15 * MINUTE));
    }

    await world.goTo(BELL + 4 * HOUR);
    const told = (await world.load()).status.events.map(({ type }) => type);
    expect(told).toEqual([
      'RosterFollowed',
      'Preparing',
      'Prepared',
      'SessionReady',
      'SessionEnded',
      'Ended',
    ]);
    expect((await world.allLabs()).every(({ status }) => status.deletedAt !== undefined)).toBe(true);
  });

  test('that is made soon before its launches has them to the second, though the tick comes by once a minute', async () => {
    const bell = new Date(BELL - HOUR + 2 * MINUTE).toISOString().slice(0, 16);
    const world = await classWorld({
      students: 2,
      spec: { sessions: [{ start: bell, duration: 'PT2H', weekly: false, except: [] }] },
      policy: { readySeconds: 80 },
    });
    await world.settle();
    const labs = await world.allLabs();
    const starts = new Set(labs.map(({ id }) => `${id} ${BELL - HOUR + 40_000}`));
    const waiting = world.deps.queue.waiting.map(({ labId, at }) => `${labId} ${at}`);
    expect(waiting.filter((one) => starts.has(one))).toHaveLength(2);
  });

  test('of a thousand students is recorded with two writes a student and a few', async () => {
    const world = await classWorld({ students: 1_000 });
    await world.settle();
    world.deps.clock.moveTo(BELL - 16 * MINUTE);
    const { deps, calls } = crashing(world.deps, undefined);
    await reconcileClass(deps, CLASS);
    expect(await world.allLabs()).toHaveLength(1_000);
    expect(calls()).toBeLessThanOrEqual(2_000 + 30);
    const more = crashing(world.deps, undefined);
    await world.runLabs();
    await reconcileClass(more.deps, CLASS);
    expect(more.calls()).toBeLessThan(10);
  });

  test('is on time with half the labs made where time was up, and goes on at once', async () => {
    const world = await classWorld({ students: 60 });
    await world.settle();
    world.deps.clock.moveTo(BELL - 16 * MINUTE);
    const { clock } = world.deps;
    let writes = 0;
    const labs = new Proxy(world.deps.labs, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property);
        if (typeof value !== 'function') return value;
        return async (...options: unknown[]) => {
          if (property === 'create') writes += 1;
          if (property === 'create' && writes % 25 === 0) clock.advance(16);
          return value.apply(target, options);
        };
      },
    });
    await reconcileClass({ ...world.deps, labs }, CLASS);
    const first = (await world.allLabs()).length;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(60);
    expect(world.deps.queue.waiting[0]).toMatchObject({ at: clock.now() });
    await reconcileClass({ ...world.deps, labs }, CLASS);
    await reconcileClass({ ...world.deps, labs }, CLASS);
    await world.settle();
    expect(await world.allLabs()).toHaveLength(60);
  });

  test('that a tick missed for an hour is prepared late, at once, and says so', async () => {
    const world = await classWorld();
    await world.settle();
    world.deps.clock.moveTo(BELL + 50 * MINUTE);
    await world.goTo(BELL + 55 * MINUTE);
    const labs = await world.allLabs();
    expect(labs.map(({ spec }) => spec.startsAt)).toEqual([undefined, undefined, undefined]);
    expect((await world.events()).join('\n')).toMatch(
      /PreparedLate: 3 labs: launches begin now, 51 minutes late/,
    );
  });

  test('that is past is not prepared', async () => {
    const world = await classWorld();
    await world.settle();
    world.deps.clock.moveTo(BELL + 3 * HOUR);
    await world.settle();
    expect(await world.allLabs()).toEqual([]);
    expect((await world.load()).status.endedAt).toBeDefined();
  });

  test('is not prepared anew where the clock went back', async () => {
    const world = await classWorld({
      spec: {
        sessions: [
          { start: '2026-03-02T13:00', duration: 'PT2H', weekly: true, until: '2026-03-20', except: [] },
        ],
      },
    });
    await world.goTo(BELL + 3 * HOUR);
    await world.goTo(BELL + 7 * 24 * HOUR - 10 * MINUTE, { step: 5 * MINUTE });
    expect(await world.allLabs()).toHaveLength(6);
    const before = (await world.allLabs()).map(({ id }) => id);
    const back = { ...world.deps, clock: { now: () => BELL + HOUR } };
    for (let run = 0; run < 3; run += 1) await reconcileClass(back, CLASS);
    expect((await world.allLabs()).map(({ id }) => id)).toEqual(before);
  });

  test('keeps to the wall clock over a change of summer time', async () => {
    const world = await classWorld({
      spec: {
        timeZone: 'Europe/Berlin',
        sessions: [
          {
            start: '2026-03-23T19:00',
            duration: 'PT2H',
            weekly: true,
            until: '2026-04-07',
            except: ['2026-04-06'],
          },
        ],
      },
    });
    const bells = [Date.parse('2026-03-23T18:00:00Z'), Date.parse('2026-03-30T17:00:00Z')];
    for (const bell of bells) {
      await world.goTo(bell - 20 * MINUTE, { step: 12 * HOUR });
      await world.goTo(bell - 10 * MINUTE);
      const live = (await world.allLabs()).filter(({ status }) => status.deletedAt === undefined);
      expect(live.map(({ spec }) => spec.startsAt)).toEqual([0, 0, 0].map(() => iso(bell - MINUTE)));
      await world.goTo(bell + 3 * HOUR);
    }
    expect(await world.allLabs()).toHaveLength(6);
    expect((await world.load()).status.endedAt).toBeDefined();
  });

  test('shares the buckets with another class whose bell is the same', async () => {
    const world = await classWorld({ students: 20, policy: { launchPace: PACE } });
    await world.settle();
    const found = await world.load();
    await world.deps.classes.create({ ...found, id: 'another', spec: { ...found.spec, students: 20 } });
    world.deps.clock.moveTo(BELL - 18 * MINUTE);
    await world.settle();
    const starts = (await world.allLabs()).map(({ spec }) => spec.startsAt ?? '').sort();
    // The other one, first by name, has the burst: this one's last goes before all of its.
    expect(starts.at(-1) && starts.at(-1) !== iso(BELL - MINUTE)).toBe(true);
  });

  test('that follows on another closely is served by the same labs', async () => {
    const world = await classWorld({
      spec: {
        sessions: [
          { start: '2026-03-02T13:00', duration: 'PT1H', weekly: false, except: [] },
          { start: '2026-03-02T14:10', duration: 'PT1H', weekly: false, except: [] },
        ],
      },
    });
    await world.goTo(BELL + 2 * HOUR);
    const labs = await world.allLabs();
    expect(labs).toHaveLength(3);
    expect(labs[0]?.spec.expiresAt).toBe(iso(BELL + 2 * HOUR + 25 * MINUTE));
  });

  test('makes a lab that failed anew, twice, and one that was deleted never', async () => {
    const world = await classWorld({ students: 2 });
    const [unlucky] = rosterOf(1);
    const fail = ({ owner, spec }: { owner: string; spec: { startsAt?: string | undefined } }) =>
      owner === unlucky?.email && (spec.startsAt ?? '') <= iso(world.deps.clock.now());
    await world.goTo(BELL + 10 * MINUTE, { fail });
    expect((await world.allLabs()).filter(({ owner }) => owner === unlucky?.email)).toHaveLength(3);
    const other = (await world.allLabs()).find(({ owner }) => owner !== unlucky?.email);
    if (other === undefined) throw new Error('no lab of the other');
    await world.deps.labs.saveSpec(other, { ...other.spec, deleted: true }, world.deps.clock.now());
    await world.goTo(BELL + 30 * MINUTE, { fail });
    expect(await world.allLabs()).toHaveLength(4);
  });

  test('takes its labs along when it is moved, but for an end that somebody else moved', async () => {
    const world = await classWorld();
    await world.goTo(BELL - 10 * MINUTE);
    const [extended] = await world.allLabs();
    if (extended === undefined) throw new Error('no lab');
    const later = iso(BELL + 10 * HOUR);
    await world.deps.labs.saveSpec(extended, { ...extended.spec, expiresAt: later }, world.deps.clock.now());
    await world.change({
      sessions: [{ start: '2026-03-02T13:30', duration: 'PT3H', weekly: false, except: [] }],
    });
    await world.goTo(BELL - 5 * MINUTE);
    const labs = await world.allLabs();
    expect(labs).toHaveLength(3);
    expect(labs.map(({ spec }) => spec.startsAt)).toEqual(labs.map(() => iso(BELL + 29 * MINUTE)));
    expect(labs.map(({ spec }) => spec.expiresAt).sort()).toEqual([
      iso(BELL + 3 * HOUR + 45 * MINUTE),
      iso(BELL + 3 * HOUR + 45 * MINUTE),
      later,
    ]);
  });

  test('that is taken out of the calendar takes its labs with it', async () => {
    const world = await classWorld();
    await world.goTo(BELL - 10 * MINUTE);
    await world.change({
      sessions: [{ start: '2026-03-09T13:00', duration: 'PT2H', weekly: false, except: [] }],
    });
    await world.goTo(BELL);
    expect((await world.allLabs()).every(({ status }) => status.deletedAt !== undefined)).toBe(true);
    expect((await world.events()).at(-1)).toMatch(/^SessionCancelled/);
    await world.goTo(Date.parse('2026-03-09T12:50:00Z'), { step: HOUR });
    expect((await world.allLabs()).filter(({ status }) => status.deletedAt === undefined)).toHaveLength(3);
  });

  test('tells new labs the messages of the class, and lets in whom their students joined from', async () => {
    const notices = [{ id: 'n1', at: iso(BELL - HOUR), text: 'bring a charger' }];
    const world = await classWorld({ students: 1, spec: { notices } });
    await world.settle();
    const [student] = await world.students();
    if (student === undefined) throw new Error('no student');
    await world.deps.classes.saveStudent(CLASS, { ...student, allowFrom: ['203.0.113.9/32'] });
    await world.goTo(BELL - 10 * MINUTE);
    const [lab] = await world.allLabs();
    expect(lab?.spec).toMatchObject({ notices, allowFrom: ['203.0.113.9/32'] });
  });
});

describe('labs of a whole course', () => {
  const weekly = {
    start: '2026-03-02T13:00',
    duration: 'PT2H',
    weekly: true,
    until: '2026-03-16',
    except: [],
  };

  test('are moved from session to session, and go after the last', async () => {
    const world = await classWorld({ spec: { after: 'stop', sessions: [weekly] } });
    const week = 7 * 24 * HOUR;
    await world.goTo(BELL + HOUR);
    const labs = await world.allLabs();
    expect(labs).toHaveLength(3);
    expect(labs[0]).toMatchObject({ hardMaximum: iso(BELL + 2 * week + 14 * HOUR + 15 * MINUTE) });
    expect(labs[0]?.spec).toMatchObject({
      startsAt: iso(BELL - MINUTE),
      stopsAt: iso(BELL + 2 * HOUR + 15 * MINUTE),
      expiresAt: iso(BELL + 2 * week + 2 * HOUR + 15 * MINUTE),
    });
    await world.goTo(BELL + week - 20 * MINUTE, { step: 12 * HOUR });
    await world.goTo(BELL + week - 10 * MINUTE);
    const moved = await world.allLabs();
    expect(moved.map(({ id }) => id)).toEqual(labs.map(({ id }) => id));
    expect(moved[0]?.spec).toMatchObject({
      power: 'on',
      startsAt: iso(BELL + week - MINUTE),
      stopsAt: iso(BELL + week + 2 * HOUR + 15 * MINUTE),
    });
    await world.goTo(BELL + 2 * week - 20 * MINUTE, { step: 12 * HOUR });
    await world.goTo(BELL + 2 * week + 3 * HOUR);
    expect((await world.allLabs()).every(({ status }) => status.deletedAt !== undefined)).toBe(true);
    expect((await world.load()).status.endedAt).toBeDefined();
  });

  test('live longer when the calendar does', async () => {
    const world = await classWorld({ spec: { after: 'stop', sessions: [weekly] } });
    await world.goTo(BELL + 3 * HOUR);
    await world.change({ sessions: [{ ...weekly, until: '2026-03-23' }] });
    await world.settle();
    const [lab] = await world.allLabs();
    expect(lab?.spec.expiresAt).toBe(iso(BELL + 21 * 24 * HOUR + 2 * HOUR + 15 * MINUTE));
  });
});
