import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../../shared/core/ids.ts';
import { BELL, CLASS, classWorld, HOUR, MINUTE, rosterOf } from './class-world.ts';

const PRICES = {
  region: 'us-east-1',
  date: '2026-01-01',
  machineHour: { 't3.small': 1 },
  addressHour: 0,
  diskGigabyteMonth: 0,
};
const PRICED = {
  prices: PRICES,
  machine: { type: 't3.small', vcpus: 2, memoryMiB: 2048, diskGigabytes: 8 },
};
const WEEKLY = { start: '2026-03-02T13:00', duration: 'PT2H', weekly: true, until: '2026-03-16', except: [] };
const WEEK = 7 * 24 * HOUR;

describe('a roster that changes', () => {
  test('is followed, told with counts, and who left keeps their lab until a grace later', async () => {
    const world = await classWorld({ students: 4 });
    await world.goTo(BELL + 10 * MINUTE);
    const [left] = rosterOf(1);
    const hash = sha256('a code');
    const [student] = await world.students();
    if (student === undefined) throw new Error('no student');
    await world.deps.classes.saveCode(hash, { classId: CLASS, email: student.email });
    await world.deps.classes.saveStudent(CLASS, { ...student, codeHash: hash });
    await world.putRoster(rosterOf(4, 1));
    await world.goTo(BELL + 20 * MINUTE);
    expect((await world.events()).at(-1)).toMatch(
      /the roster changed: 1 added, 1 removed, 0 changed; labs of those removed go at 2026/,
    );
    const ofLeft = async () => (await world.allLabs()).find(({ owner }) => owner === left?.email);
    expect((await ofLeft())?.spec.deleted).toBe(false);
    expect((await world.allLabs()).filter(({ status }) => status.readyAt !== undefined)).toHaveLength(5);

    await world.goTo(BELL + 30 * MINUTE);
    expect((await ofLeft())?.status.deletedAt).toBeDefined();
    expect((await world.students()).map(({ email }) => email)).toEqual(
      rosterOf(4, 1).map(({ email }) => email),
    );
    expect(await world.deps.classes.findCode(hash)).toBeUndefined();
  });

  test('leaves the lab of one who is back in time as it is', async () => {
    const world = await classWorld({ students: 2 });
    await world.goTo(BELL + 10 * MINUTE);
    const before = (await world.allLabs()).map(({ id }) => id);
    await world.putRoster(rosterOf(1));
    await world.goTo(BELL + 15 * MINUTE);
    await world.putRoster(rosterOf(2));
    await world.goTo(BELL + 60 * MINUTE);
    expect((await world.allLabs()).map(({ id }) => id)).toEqual(before);
    expect((await world.allLabs()).every(({ spec }) => !spec.deleted)).toBe(true);
    expect((await world.students()).every(({ removedAt }) => removedAt === undefined)).toBe(true);
  });
});

describe('a budget', () => {
  test('warns once, then refuses the next session, until it is raised', async () => {
    // Two labs of 2 h 16 min each a session: 4.5 USD.
    const world = await classWorld({
      students: 2,
      policy: PRICED,
      spec: { sessions: [WEEKLY], budget: { usd: 5, stopAtSessionEnd: false } },
    });
    await world.goTo(BELL + 3 * HOUR);
    const told = async (type: string) =>
      (await world.events()).filter((event) => event.startsWith(`${type}:`));
    expect(await told('BudgetWarning')).toHaveLength(1);
    expect(await told('BudgetSpent')).toHaveLength(0);
    expect((await world.load()).status.budget?.usd).toBeCloseTo(4.53, 1);

    await world.goTo(BELL + WEEK - 20 * MINUTE, { step: 6 * HOUR });
    await world.goTo(BELL + WEEK + 3 * HOUR);
    expect(await world.allLabs()).toHaveLength(4);
    expect(await told('BudgetWarning')).toHaveLength(1);
    expect(await told('BudgetSpent')).toHaveLength(1);

    await world.goTo(BELL + 2 * WEEK - 20 * MINUTE, { step: 6 * HOUR });
    await world.goTo(BELL + 2 * WEEK - 5 * MINUTE);
    expect(await world.allLabs()).toHaveLength(4);
    expect(await told('StartsRefused')).toHaveLength(1);
    await world.change({ budget: { usd: 50, stopAtSessionEnd: false } });
    await world.goTo(BELL + 2 * WEEK);
    expect(await world.allLabs()).toHaveLength(6);
    await world.goTo(BELL + 2 * WEEK + 3 * HOUR);
    expect((await told('Ended'))[0]).toMatch(/it cost 13\.\d\d USD/);
  });

  test('ends labs with the session where that is asked', async () => {
    const budget = { usd: 2, stopAtSessionEnd: true };
    const world = await classWorld({ students: 2, policy: PRICED, spec: { budget } });
    const ends = async () => (await world.allLabs()).map(({ spec }) => spec.expiresAt);
    await world.goTo(BELL);
    expect(await ends()).toEqual(['2026-03-02T15:15:00.000Z', '2026-03-02T15:15:00.000Z']);
    // Two labs at 2 USD an hour: it is spent within the session, and the grace falls away.
    await world.goTo(BELL + 105 * MINUTE);
    expect((await world.load()).status.budget?.told).toBe('spent');
    expect(await ends()).toEqual(['2026-03-02T15:00:00.000Z', '2026-03-02T15:00:00.000Z']);
  });

  test('is reckoned from what is new, once older labs are gone', async () => {
    const world = await classWorld({ students: 2, policy: PRICED, spec: { sessions: [WEEKLY] } });
    await world.goTo(BELL + 3 * HOUR);
    await world.goTo(BELL + WEEK - 20 * MINUTE, { step: 6 * HOUR });
    await world.goTo(BELL + WEEK + HOUR);
    const { settled } = (await world.load()).status;
    expect(settled?.usd).toBeGreaterThan(2);
    const oldest = (await world.allLabs())[0]?.id ?? '';
    expect(settled && settled.from > oldest).toBe(true);
  });
});

describe('a class', () => {
  test('that is deleted before it met is over soon', async () => {
    const world = await classWorld();
    await world.settle();
    await world.change({ deleted: true });
    await world.goTo(world.deps.clock.now() + 5 * MINUTE);
    expect((await world.load()).status.endedAt).toBeDefined();
    expect(await world.allLabs()).toEqual([]);
  });

  test('is due at the soonest of what is wanted, and never once all is done', async () => {
    const world = await classWorld({ policy: { personalDataDays: 2 } });
    await world.settle();
    expect((await world.load()).dueAt).toBe(BELL - 16 * MINUTE);
    await world.goTo(BELL + 4 * HOUR);
    const { endedAt } = (await world.load()).status;
    expect((await world.load()).dueAt).toBe(Date.parse(endedAt ?? '') + 2 * 24 * HOUR);
    await world.goTo(BELL + 4 * 24 * HOUR, { step: 6 * HOUR });
    expect((await world.load()).dueAt).toBeUndefined();
  });

  test('whose template has left the catalogue says so, once', async () => {
    const world = await classWorld({ template: 'gone' });
    await world.goTo(BELL + 40 * MINUTE);
    const told = (await world.events()).filter((event) => event.startsWith('CannotPrepare'));
    expect(told).toHaveLength(1);
    await world.change({ template: 'docker-host' });
    await world.goTo(BELL + 45 * MINUTE);
    expect(await world.allLabs()).toHaveLength(3);
  });

  test('gives a student a session lab beside the one that they have on hours of their own', async () => {
    const world = await classWorld({ students: 1 });
    await world.settle();
    const [student] = await world.students();
    if (student === undefined) throw new Error('no student');
    await world.deps.classes.saveStudent(CLASS, {
      ...student,
      lab: { id: '01kjq7a1000000000000000000', purpose: 'own', replacement: 0 },
    });
    await world.goTo(BELL);
    expect((await world.students())[0]?.lab?.purpose).toBe('session');
    expect(await world.allLabs()).toHaveLength(1);
  });
});
