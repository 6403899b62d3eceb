import { describe, expect, test } from 'vitest';
import { iso } from '../../../shared/core/clock.ts';
import { START } from '../../support/builders.ts';
import { BELL, type ClassWorld, createClassWorld, END, GRACE_END } from '../../support/class-world.ts';
import { countCalls } from '../../support/count-calls.ts';
import { createWorld } from '../../support/world.ts';

const PRICES = {
  region: 'us-east-1',
  date: '2026-11-01',
  machineHour: { 't3.small': 0.02 },
  addressHour: 0.005,
  diskGigabyteMonth: 0.08,
};
const progress = async ({ teach }: ClassWorld, query = '') => (await teach('GET', `/labs${query}`)).json;

describe('the progress of a class', () => {
  test('is each student’s lab as it was told, in one answer, counted by phase', async () => {
    const here = await createClassWorld({ world: createWorld({ policy: { prices: PRICES } }) });
    const { id } = await here.give('ana@example.org');
    const lastEvent = { at: iso(START), type: 'ready', message: 'the lab is ready' };
    await here.tell(id, 'ana@example.org', { lastEvent, readyAt: iso(START) });
    const bobs = await here.give('bob@example.org');
    const problem = 'no room for 3 machines';
    await here.tell(bobs.id, 'bob@example.org', { phase: 'pending', percent: 5, problem, reason: 'NoRoom' });
    here.world.deps.clock.advance(3600);
    const { items, counts } = await progress(here);
    expect(items[0]).toMatchObject({
      student: 'ana@example.org',
      lab: id,
      phase: 'ready',
      percent: 100,
      lastEvent,
      hoursUsed: 3,
      expiresAt: iso(GRACE_END),
    });
    // Three machines with an address each for an hour, and their disks.
    expect(items[0].usd).toBeCloseTo(3 * 0.025 + (24 / 730) * 0.08, 3);
    expect(items[1]).toMatchObject({ phase: 'pending', percent: 5, problem, reason: 'NoRoom' });
    expect(items[2]).toMatchObject({ student: 'cid@example.org', phase: 'absent', usd: 0 });
    expect(counts).toEqual({ ready: 1, pending: 1, absent: 1 });
  });

  test('says in words why a student has no lab', async () => {
    const here = await createClassWorld();
    const wordsNow = async () => {
      const { problem, reason } = (await progress(here)).items[0];
      return [reason, problem];
    };
    expect(await wordsNow()).toEqual(['NoSession', `no session now; the next begins at ${iso(BELL)}`]);
    here.world.deps.clock.moveTo(BELL + 60_000);
    expect(await wordsNow()).toEqual(['NoLab', expect.stringContaining(iso(END))]);
    await here.world.deps.classes.saveStudent('docker', {
      ...(await here.student('ana@example.org')),
      removedAt: iso(START),
    });
    expect(await wordsNow()).toEqual(['Removed', expect.stringContaining(iso(START))]);
    here.world.deps.clock.moveTo(BELL + 40 * 86_400_000);
    expect((await progress(here)).items[1].problem).toBe('no session now, and none is to come');
  });

  test('says that the budget is spent', async () => {
    const here = await createClassWorld({
      spec: { budget: { usd: 10, stopAtSessionEnd: false } },
      status: { budget: { usd: 10.5, at: iso(START), told: 'spent' } },
    });
    expect((await progress(here)).items[0]).toMatchObject({
      reason: 'BudgetSpent',
      problem: expect.stringContaining('10.50 of 10.00 USD'),
    });
  });

  test('shows a student whose lab is named and not made yet as pending', async () => {
    const here = await createClassWorld();
    await here.give('ana@example.org');
    expect((await progress(here)).items[0]).toMatchObject({ phase: 'pending', reason: 'Recorded' });
  });

  test('shows students of a roster that is only being taken in', async () => {
    const here = await createClassWorld({
      status: { rosterId: 'an-older-one' },
      emails: ['ana@example.org'],
    });
    const entries = [{ email: 'ana@example.org' }, { email: 'zoe@example.org', name: 'Zoe', group: 'b' }];
    await here.world.deps.classes.putRoster('docker', 'roster-1', entries);
    const { items } = await progress(here);
    expect(items[1]).toMatchObject({ student: 'zoe@example.org', name: 'Zoe', reason: 'RosterPending' });
    expect((await progress(here, '?group=b')).items).toHaveLength(1);
  });

  test('is of one student where that is asked, and of nobody unknown', async () => {
    const here = await createClassWorld();
    expect((await progress(here, '?student=BOB@example.org')).items).toMatchObject([
      { student: 'bob@example.org' },
    ]);
    expect((await here.teach('GET', '/labs?student=eve@example.org')).status).toBe(422);
  });

  test('shows a lab that has ended as absent, and one that failed as failed until it would have ended', async () => {
    const here = await createClassWorld();
    const ana = await here.give('ana@example.org');
    await here.tell(ana.id, 'ana@example.org', { phase: 'deleted', endedAt: iso(START) });
    const bob = await here.give('bob@example.org');
    await here.tell(bob.id, 'bob@example.org', { phase: 'failed', endedAt: iso(START), problem: 'boot' });
    expect((await progress(here)).counts).toEqual({ absent: 2, failed: 1 });
    here.world.deps.clock.moveTo(GRACE_END);
    expect((await progress(here)).counts).toEqual({ absent: 3 });
  });

  test('tells when a student was last seen, to within five minutes', async () => {
    const here = await createClassWorld();
    const seen = async () => (await progress(here)).items[0].lastSeenAt;
    expect(await seen()).toBeUndefined();
    await here.study('ana@example.org', 'GET', '/v1/labs');
    expect(await seen()).toBe(iso(START));
    here.world.deps.clock.advance(299);
    await here.study('ana@example.org', 'GET', '/v1/labs');
    expect(await seen()).toBe(iso(START));
    here.world.deps.clock.advance(1);
    await here.study('ana@example.org', 'GET', '/v1/labs');
    expect(await seen()).toBe(iso(START + 300_000));
  });

  test('fails no call where that could not be noted, and notes the next', async () => {
    const here = await createClassWorld();
    here.world.deps.classes.faults.failNext('touchStudent');
    expect((await here.study('ana@example.org', 'GET', '/v1/labs')).status).toBe(200);
    await here.study('ana@example.org', 'GET', '/v1/labs');
    expect((await here.student('ana@example.org')).lastSeenAt).toBe(iso(START));
  });

  test('of 1,000 students is a handful of reads, after a term of sessions too', {
    timeout: 60_000,
  }, async () => {
    const emails = Array.from(
      { length: 1_000 },
      (_, index) => `s${String(index).padStart(4, '0')}@example.org`,
    );
    const here = await createClassWorld({ emails });
    const { classes } = here.world.deps;
    const idOf = (week: number, index: number) => `01kjq7a${week}${String(index).padStart(18, '0')}`;
    for (const [index, email] of emails.entries()) {
      for (let week = 1; week <= 4; week += 1) {
        const ended = week === 4 ? {} : { phase: 'deleted', endedAt: iso(START) };
        await here.tell(idOf(week, index), email, ended);
      }
      const lab = { id: idOf(4, index), purpose: 'session' as const, replacement: 0 };
      await classes.saveStudent('docker', { ...(await here.student(email)), lab });
    }
    // One whose lab is from the first week, and was never made anew.
    const stray = await here.student('s0500@example.org');
    await classes.saveStudent('docker', {
      ...stray,
      lab: { id: idOf(1, 500), purpose: 'session', replacement: 0 },
    });
    const calls = countCalls(classes);
    const loads = countCalls(here.world.deps.labs);
    const started = performance.now();
    const { counts } = await progress(here);
    const milliseconds = performance.now() - started;
    expect(counts).toEqual({ ready: 999, absent: 1 });
    expect(calls()).toEqual({ load: 1, students: 1, listLabs: 2 });
    expect(loads()).toEqual({});
    console.log(`      progress of 1,000 students: ${Math.round(milliseconds)} ms over memory`);
  });
});
