import { describe, expect, test } from 'vitest';
import { iso } from '../../../shared/core/clock.ts';
import { wakeIdOfClass } from '../../../shared/core/ids.ts';
import type { LabSpec } from '../../../shared/lab/lab.ts';
import { reconcileLab } from '../../../shared/reconcile/reconcile-lab.ts';
import { START } from '../../support/builders.ts';
import { aClass } from '../../support/class-builders.ts';
import { aSchool } from '../../support/school.ts';

const MINUTE = 60_000;
const at = (minutes: number) => iso(START + minutes * MINUTE);
const DAY = 24 * 60 * 60;

/** A lab of a class, whose own reconciler only counts how often it is woken. */
async function aSchoolOfClass(spec: Partial<LabSpec> = {}, policy = {}) {
  const of = { id: 'docker', instructor: 'ivo', purpose: 'session', session: at(30) } as const;
  const school = await aSchool(
    { expiresAt: at(200), ...spec },
    { of, policy: { observeSeconds: 60, ...policy } },
  );
  const { classes, queue } = school.deps;
  const record = aClass({ id: 'docker' });
  await classes.create(record);
  // Nothing of the class itself is due.
  await classes.saveStatus(record, record.status, undefined);
  let woken = 0;
  queue.consume(async (wakeId) => {
    if (wakeId === wakeIdOfClass('docker')) woken += 1;
    else await reconcileLab(school.deps, wakeId);
  });
  return {
    ...school,
    classes,
    wakes: () => woken,
    known: () => classes.lab('docker', school.id),
  };
}

describe('a class knows of its lab', () => {
  test('when it starts, how far it is, when it was ready, and what of it is paid for', async () => {
    const school = await aSchoolOfClass({ startsAt: at(20) });
    await school.pass(60);
    expect(await school.known()).toMatchObject({
      labId: school.id,
      student: 'ana',
      purpose: 'session',
      session: at(30),
      phase: 'pending',
      percent: 0,
      startsAt: at(20),
      expiresAt: at(200),
      reason: 'Scheduled',
      problem: `starts at ${at(20)}, for the session of ${at(30)}`,
      usage: { running: {}, machineSeconds: {} },
    });
    await school.pass(24 * 60);
    const known = await school.known();
    expect(known).toMatchObject({
      phase: 'ready',
      percent: 100,
      readyAt: expect.any(String),
      usage: { running: { small: 3 } },
      lastEvent: { type: 'Ready' },
    });
    expect(known).not.toHaveProperty('problem');
    expect(school.wakes()).toBe(0);
  });

  test('that it is gone, when, and what it cost, and is woken for it', async () => {
    const school = await aSchoolOfClass();
    await school.pass(60 * 60);
    await school.change((spec) => ({ ...spec, deleted: true }));
    await school.pass(5 * 60);
    expect(await school.known()).toMatchObject({
      phase: 'deleted',
      endedAt: at(60),
      usage: { machineSeconds: { small: 3 * 60 * 60 }, running: {} },
    });
    expect(school.wakes()).toBe(1);
  });

  test('that it failed, why, and is woken for it, once more when it is gone', async () => {
    const school = await aSchoolOfClass({}, { readyWithinSeconds: 120 });
    for (const name of ['LINUXtips-01', 'LINUXtips-02', 'LINUXtips-03'])
      for (let times = 0; times < 2000; times += 1)
        school.engines.failOnce('info', 'before', { machine: name });
    await school.pass(10 * 60);
    expect(await school.known()).toMatchObject({
      phase: 'failed',
      reason: 'deadline',
      problem: expect.stringContaining('not up after 120 s'),
      endedAt: expect.any(String),
    });
    expect(school.wakes()).toBeGreaterThanOrEqual(1);
    expect(school.wakes()).toBeLessThanOrEqual(2);
  });

  test('nothing more where nothing changed', async () => {
    const school = await aSchoolOfClass();
    await school.pass(10 * 60);
    const before = await school.known();
    school.classes.faults.failNext('saveLab');
    await school.pass(60 * 60);
    expect(await school.known()).toEqual(before);
    // The fault was met by nobody.
    if (before === undefined) throw new Error('the class knows nothing');
    await expect(school.classes.saveLab('docker', before)).rejects.toThrow('told to fail');
  });
});

describe('what a class was not told it is told later', () => {
  test('where its store was away, and the lab comes up all the same', async () => {
    const school = await aSchoolOfClass();
    for (let times = 0; times < 200; times += 1) school.classes.faults.failNext('saveLab');
    for (let times = 0; times < 5; times += 1) school.classes.faults.failNext('lab');
    await school.pass(60);
    expect(await school.phase()).toBe('ready');
    await school.pass(300 * 60);
    expect((await school.known())?.phase).toBe('deleted');
  });

  test('of one that is ready, within two minutes', async () => {
    const school = await aSchoolOfClass();
    await school.pass(60);
    // As a process that died after the lab's save.
    const lab = await school.load();
    await school.deps.labs.saveStatus(lab, lab.status, lab.dueAt);
    await school.pass(120);
    const { specVersion, statusVersion } = await school.load();
    expect((await school.known())?.version).toBe(specVersion + statusVersion);
  });

  test('of one that is gone, until it is told', async () => {
    const school = await aSchoolOfClass();
    await school.pass(10 * 60);
    await school.change((spec) => ({ ...spec, deleted: true }));
    for (let times = 0; times < 10; times += 1) school.classes.faults.failNext('saveLab');
    await school.pass(20 * 60);
    expect(await school.known()).toMatchObject({ phase: 'deleted', endedAt: expect.any(String) });
    expect(school.wakes()).toBe(1);
  });

  test('of one whose record is to be forgotten, before that', async () => {
    const school = await aSchoolOfClass();
    await school.pass(10 * 60);
    await school.change((spec) => ({ ...spec, deleted: true }));
    for (let times = 0; times < 4; times += 1) school.classes.faults.failNext('saveLab');
    await school.deps.queue.drain(school.deps.clock.now());
    expect((await school.known())?.endedAt).toBeUndefined();
    // All messages are lost: the tick of 90 days later finds it.
    school.deps.queue.consume(async () => undefined);
    await school.deps.queue.drain(school.deps.clock.now() + 60_000);
    school.deps.queue.consume((wakeId) =>
      wakeId.includes('/') ? Promise.resolve() : reconcileLab(school.deps, wakeId),
    );
    school.deps.clock.moveTo(school.deps.clock.now() + 90 * DAY * 1000);
    await school.pass(10 * 60);
    expect((await school.known())?.endedAt).toBeDefined();
    expect(await school.deps.labs.load(school.id)).toBeUndefined();
  });

  test('but no personal data once that was taken out, or the class is gone', async () => {
    const school = await aSchoolOfClass();
    await school.pass(10 * 60);
    const record = await school.classes.load('docker');
    if (record === undefined) throw new Error('the class is gone');
    await school.classes.saveStatus(record, { ...record.status, anonymisedAt: at(5) }, undefined);
    await school.change((spec) => ({ ...spec, deleted: true }));
    for (let times = 0; times < 4; times += 1) school.classes.faults.failNext('saveLab');
    await school.deps.queue.drain(school.deps.clock.now());
    await school.pass(10 * 60);
    expect((await school.known())?.endedAt).toBeUndefined();
  });
});

describe('whose turn it is', () => {
  test('is its class’s for a class’s lab, its owner’s for another', async () => {
    for (const [of, key] of [
      [{ id: 'docker', instructor: 'ivo', purpose: 'own' } as const, 'docker'],
      [undefined, 'ana'],
    ] as const) {
      const school = await aSchool({ startsAt: at(5) }, of === undefined ? {} : { of });
      const keys: (string | undefined)[] = [];
      const queue = {
        enqueue: async (_id: string, _after: number, fairKey?: string) => void keys.push(fairKey),
      };
      await reconcileLab({ ...school.deps, queue }, school.id);
      expect(new Set(keys)).toEqual(new Set([key]));
    }
  });
});
