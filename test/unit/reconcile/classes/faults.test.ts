import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { iso } from '../../../../shared/core/clock.ts';
import { reconcileClass } from '../../../../shared/reconcile/classes/reconcile-class.ts';
import {
  BELL,
  CLASS,
  type ClassWorld,
  type Crash,
  classWorld,
  crashing,
  HOUR,
  MINUTE,
  rosterOf,
} from './class-world.ts';

/** One lab per student and session, each named by its student's item, none beside them. */
async function expectOneLabEach(world: ClassWorld, emails: string[], session = BELL): Promise<void> {
  const labs = (await world.allLabs()).filter(({ class: of }) => of?.session === iso(session));
  expect(labs.map(({ owner }) => owner).sort()).toEqual([...emails].sort());
  const named = (await world.students()).flatMap(({ lab }) => lab?.id ?? []).sort();
  expect(labs.map(({ id }) => id).sort()).toEqual(named);
}

const MOMENTS = ['before', 'after'] as const;

/** Runs a story once for each call of the run under test, which then fails; the story's end must always be the same. */
async function forEachCrash(story: (crash: Crash | undefined) => Promise<number>): Promise<number> {
  const calls = await story(undefined);
  for (let at = 0; at < calls; at += 1) for (const moment of MOMENTS) await story({ at, moment });
  return calls;
}

describe('a run cut off at any call, and begun again', () => {
  test('ends with one lab per student, in a session', async () => {
    const emails = rosterOf(3).map(({ email }) => email);
    const calls = await forEachCrash(async (crash) => {
      const world = await classWorld();
      world.deps.clock.moveTo(BELL - 10 * MINUTE);
      const crashed = crashing(world.deps, crash);
      await reconcileClass(crashed.deps, CLASS).catch(() => undefined);
      await world.settle();
      await expectOneLabEach(world, emails);
      expect((await world.load()).status.prepared).toBe(iso(BELL));
      return crashed.calls();
    });
    expect(calls).toBeGreaterThan(10);
  });

  test('ends with one lab per student, in a course, moved to the session', async () => {
    const sessions = [
      { start: '2026-03-02T13:00', duration: 'PT2H', weekly: true, until: '2026-03-09', except: [] },
    ];
    const next = BELL + 7 * 24 * HOUR;
    await forEachCrash(async (crash) => {
      const world = await classWorld({ students: 2, spec: { after: 'stop', sessions } });
      await world.goTo(BELL);
      world.deps.clock.moveTo(next - 10 * MINUTE);
      await world.runLabs();
      const crashed = crashing(world.deps, crash);
      await reconcileClass(crashed.deps, CLASS).catch(() => undefined);
      await world.settle();
      const labs = await world.allLabs();
      expect(labs).toHaveLength(2);
      expect(labs.map(({ spec }) => spec.startsAt)).toEqual([0, 0].map(() => iso(next - MINUTE)));
      return crashed.calls();
    });
  });

  test('ends with those on the roster and nobody else', async () => {
    await forEachCrash(async (crash) => {
      const world = await classWorld({ students: 4, spec: { grace: 'PT0S' } });
      await world.goTo(BELL - 10 * MINUTE);
      const [first, , ...rest] = rosterOf(5);
      if (first === undefined) throw new Error('no first');
      await world.putRoster([{ ...first, name: 'Ana' }, ...rest]);
      const crashed = crashing(world.deps, crash);
      await reconcileClass(crashed.deps, CLASS).catch(() => undefined);
      await world.goTo(BELL - 5 * MINUTE);
      await world.settle();
      const students = await world.students();
      expect(students.map(({ email }) => email)).toEqual([first, ...rest].map(({ email }) => email));
      expect(students[0]?.name).toBe('Ana');
      const live = (await world.allLabs()).filter(({ status }) => status.deletedAt === undefined);
      expect(live.map(({ owner }) => owner).sort()).toEqual(students.map(({ email }) => email));
      expect(await world.deps.classes.roster(CLASS, 'roster-1')).toBeUndefined();
      return crashed.calls();
    });
  });

  test('ends with a deleted class without labs', async () => {
    await forEachCrash(async (crash) => {
      const world = await classWorld();
      await world.goTo(BELL - 10 * MINUTE);
      await world.change({ deleted: true });
      const crashed = crashing(world.deps, crash);
      await reconcileClass(crashed.deps, CLASS).catch(() => undefined);
      await world.goTo(BELL);
      const labs = await world.allLabs();
      expect(labs.every(({ status }) => status.deletedAt !== undefined)).toBe(true);
      expect((await world.load()).status.endedAt).toBeDefined();
      return crashed.calls();
    });
  });

  test('ends with records that hold no address, each student the same number in all', async () => {
    const sessions = [
      { start: '2026-03-02T13:00', duration: 'PT1H', weekly: true, until: '2026-03-09', except: [] },
    ];
    await forEachCrash(async (crash) => {
      const world = await classWorld({ students: 2, spec: { sessions }, policy: { personalDataDays: 1 } });
      await world.goTo(BELL + 2 * HOUR);
      await world.goTo(BELL + 7 * 24 * HOUR - 20 * MINUTE, { step: 24 * HOUR });
      await world.goTo(BELL + 7 * 24 * HOUR + 2 * HOUR);
      expect((await world.load()).status.endedAt).toBeDefined();
      world.deps.clock.advance(86_400);
      const { rosterId } = (await world.load()).spec;
      const crashed = crashing(world.deps, crash);
      for (let run = 0; run < 3; run += 1) await reconcileClass(crashed.deps, CLASS).catch(() => undefined);
      await world.settle();
      const found = await world.load();
      expect(found.status.anonymisedAt).toBeDefined();
      expect(found.dueAt).toBeUndefined();
      const { items } = await world.deps.classes.listLabs(CLASS, { limit: 100 });
      expect(items.map(({ student }) => student).sort()).toEqual(['1', '1', '2', '2']);
      expect(JSON.stringify([items, found])).not.toContain('@');
      expect(await world.students()).toEqual([]);
      expect(await world.deps.classes.roster(CLASS, rosterId)).toBeUndefined();
      return crashed.calls();
    });
  });
});

describe('runs at once', () => {
  test('make one lab per student, however their calls fall', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 6 }), async (scheduler, students) => {
        const world = await classWorld({ students });
        world.deps.clock.moveTo(BELL - 10 * MINUTE);
        const slow = <Port extends object>(port: Port, name: string): Port =>
          new Proxy(port, {
            get(target, property) {
              const value: unknown = Reflect.get(target, property);
              if (typeof value !== 'function') return value;
              return async (...options: unknown[]) => {
                await scheduler.schedule(Promise.resolve(), `${name}.${String(property)}`);
                return value.apply(target, options);
              };
            },
          });
        const deps = {
          ...world.deps,
          classes: slow(world.deps.classes, 'classes'),
          labs: slow(world.deps.labs, 'labs'),
        };
        const runs = [reconcileClass(deps, CLASS), reconcileClass(deps, CLASS), reconcileClass(deps, CLASS)];
        await scheduler.waitFor(Promise.all(runs));
        await world.settle();
        await expectOneLabEach(
          world,
          rosterOf(students).map(({ email }) => email),
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe('a wave that something happens in the middle of', () => {
  /** The deps with something done just before the how many-th call of that name. */
  function interrupting(
    world: ClassWorld,
    at: number,
    act: () => Promise<void>,
    call: 'create' | 'saveStudent' = 'create',
  ) {
    let count = 0;
    const interrupted = <Port extends object>(port: Port): Port =>
      new Proxy(port, {
        get(target, property) {
          const value: unknown = Reflect.get(target, property);
          if (typeof value !== 'function') return value;
          return async (...options: unknown[]) => {
            if (property === call) count += 1;
            if (property === call && count === at) await act();
            return value.apply(target, options);
          };
        },
      });
    const { classes, labs } = world.deps;
    return call === 'create'
      ? { ...world.deps, labs: interrupted(labs) }
      : { ...world.deps, classes: interrupted(classes) };
  }

  test('follows the roster that counts by then', async () => {
    const world = await classWorld({ students: 30, spec: { grace: 'PT5M' } });
    world.deps.clock.moveTo(BELL - 10 * MINUTE);
    const now = rosterOf(30, 10);
    await reconcileClass(
      interrupting(world, 12, () => world.putRoster(now)),
      CLASS,
    );
    await world.settle();
    await world.goTo(BELL);
    const live = (await world.allLabs()).filter(({ status }) => status.deletedAt === undefined);
    expect(live.map(({ owner }) => owner).sort()).toEqual(now.map(({ email }) => email));
    expect(await world.students()).toHaveLength(30);
  });

  test('leaves no lab where the class was deleted', async () => {
    const world = await classWorld({ students: 30 });
    world.deps.clock.moveTo(BELL - 10 * MINUTE);
    await reconcileClass(
      interrupting(world, 12, async () => {
        await world.change({ deleted: true });
        await world.settle();
      }),
      CLASS,
    );
    await world.goTo(BELL);
    const labs = await world.allLabs();
    expect(labs.every(({ status }) => status.deletedAt !== undefined)).toBe(true);
    expect((await world.load()).status.endedAt).toBeDefined();
  });

  test.each([
    ['create', 5 * MINUTE],
    ['saveStudent', 20_000],
  ] as const)(
    'leaves no lab where a run stood still at %s while the class was deleted',
    async (call, forMs) => {
      const world = await classWorld({ students: 1 });
      await world.settle();
      const { clock } = world.deps;
      clock.moveTo(BELL - 10 * MINUTE);
      const stand = async () => {
        await world.change({ deleted: true });
        await world.goTo(clock.now() + forMs, { step: 5_000 });
      };
      await reconcileClass(interrupting(world, 1, stand, call), CLASS);
      await world.goTo(BELL);
      const labs = await world.allLabs();
      expect(labs).toHaveLength(1);
      expect(labs[0]?.status).toMatchObject({ deletedAt: expect.any(String), machines: [] });
      expect(labs[0]?.status.launchedAt).toBeUndefined();
      expect((await world.load()).status.endedAt).toBeDefined();
    },
  );

  test('goes no further with what is not asked for any more', async () => {
    const world = await classWorld({ students: 400 });
    await world.settle();
    world.deps.clock.moveTo(BELL - 10 * MINUTE);
    const act = () => world.change({ template: 'swarm' });
    await reconcileClass(interrupting(world, 30, act), CLASS);
    expect((await world.allLabs()).length).toBeLessThan(200);
    await world.settle();
    const labs = await world.allLabs();
    expect(labs).toHaveLength(400);
    expect(labs.filter(({ template }) => template === 'swarm').length).toBeGreaterThan(200);
  });

  test('lets a student in from where they joined while their lab was being recorded', async () => {
    const world = await classWorld({ students: 1 });
    await world.settle();
    world.deps.clock.moveTo(BELL - 10 * MINUTE);
    await reconcileClass(
      interrupting(world, 1, async () => {
        const [student] = await world.students();
        if (student === undefined) throw new Error('no student');
        await world.deps.classes.saveStudent(CLASS, { ...student, allowFrom: ['203.0.113.9/32'] });
      }),
      CLASS,
    );
    expect((await world.allLabs())[0]?.spec.allowFrom).toEqual(['203.0.113.9/32']);
  });
});
