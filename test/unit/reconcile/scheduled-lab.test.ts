import { describe, expect, test } from 'vitest';
import { iso } from '../../../shared/core/clock.ts';
import { switchedOn } from '../../../shared/lab/power.ts';
import { reconcileLab } from '../../../shared/reconcile/reconcile-lab.ts';
import { START } from '../../support/builders.ts';
import { aSchool } from '../../support/school.ts';

const MINUTE = 60_000;
const at = (minutes: number) => iso(START + minutes * MINUTE);

/** What the driver was asked to change, by name. */
function changesOf(school: Awaited<ReturnType<typeof aSchool>>): string[] {
  return school.driver.calls.filter((call) => call !== 'list');
}

/** When machines were launched, as the record has it. */
async function launchedAt(school: Awaited<ReturnType<typeof aSchool>>) {
  return (await school.load()).status.intent?.launchedAt;
}

describe('a lab whose moment is to come', () => {
  const scheduled = () =>
    aSchool(
      { startsAt: at(20), expiresAt: at(200) },
      { of: { id: 'docker', instructor: 'ivo', purpose: 'session', session: at(30) } },
    );

  test('is pending, says when it starts and for which session, and nothing is made', async () => {
    const school = await scheduled();
    await school.pass(19 * 60);
    expect(await school.phase()).toBe('pending');
    const { status } = await school.load();
    expect(status.conditions.MachinesRunning).toMatchObject({
      status: 'Unknown',
      reason: 'Scheduled',
      message: `starts at ${at(20)}, for the session of ${at(30)}`,
    });
    expect(school.driver.calls).toEqual([]);
    expect(status.usage).toBeUndefined();
  });

  test('is written once, however often it is looked at', async () => {
    const school = await scheduled();
    await school.pass(60);
    const { statusVersion } = await school.load();
    for (let look = 0; look < 20; look += 1) {
      await school.deps.queue.enqueue(school.id, 0);
      await school.pass(30);
    }
    expect((await school.load()).statusVersion).toBe(statusVersion);
  });

  test('is launched at that very moment, and has all its time to be ready from then', async () => {
    const school = await scheduled();
    await school.pass(25 * 60);
    expect(await launchedAt(school)).toBe(at(20));
    expect(await school.phase()).toBe('ready');
    expect((await school.load()).status.failure).toBeUndefined();
  });

  test('is in no queue meanwhile: the tick finds it', async () => {
    const school = await scheduled();
    await school.pass(60);
    expect(school.deps.queue.waiting).toEqual([]);
    await school.pass(24 * 60);
    expect(await launchedAt(school)).toBe(at(20));
  });

  test('is launched once by two runs at once', async () => {
    const school = await scheduled();
    await school.pass(19 * 60);
    school.deps.clock.moveTo(START + 20 * MINUTE);
    await Promise.all([reconcileLab(school.deps, school.id), reconcileLab(school.deps, school.id)]);
    await school.pass(5 * 60);
    expect(changesOf(school).filter((call) => call === 'create')).toHaveLength(1);
    expect(await school.phase()).toBe('ready');
  });

  test.each([
    ['earlier', 12],
    ['later', 33],
  ])('moved %s starts then, and its timeline tells', async (_, minutes) => {
    const school = await scheduled();
    await school.pass(10 * 60);
    await school.change((spec) => ({ ...spec, startsAt: at(minutes) }));
    await school.pass(30 * 60);
    expect(await launchedAt(school)).toBe(at(minutes));
    const told = (await school.load()).status.events.map(({ message }) => message);
    expect(told).toContain(`now starts at ${at(minutes)}`);
  });

  test('starts now where its owner starts it', async () => {
    const school = await scheduled();
    await school.pass(10 * 60);
    const lab = await school.load();
    await school.change(() => switchedOn(lab, school.deps.clock.now()));
    await school.pass(5 * 60);
    expect(await launchedAt(school)).toBe(at(10));
  });

  test('deleted before it started is gone at once', async () => {
    const school = await scheduled();
    await school.pass(10 * 60);
    await school.change((spec) => ({ ...spec, deleted: true }));
    await school.deps.queue.drain(school.deps.clock.now());
    expect(await school.phase()).toBe('deleted');
    expect(school.driver.calls).toEqual([]);
    expect((await school.load()).status.usage).toBeUndefined();
  });

  test('whose time ends before it starts is never launched', async () => {
    const school = await scheduled();
    await school.pass(60);
    await school.change((spec) => ({ ...spec, startsAt: at(60), expiresAt: at(50) }));
    await school.pass(61 * 60);
    expect(await school.phase()).toBe('deleted');
    expect((await school.load()).status.deletedAt).toBe(at(50));
    expect(school.driver.calls).toEqual([]);
  });

  test('is not warned of its end while it waits, nor of one that it was asked for with', async () => {
    const school = await aSchool({ startsAt: at(20), expiresAt: at(40) });
    await school.pass(39 * 60);
    const warnings = (await school.load()).status.events.filter(({ type }) => type === 'ExpiryWarning');
    // 30 min before its end it had not begun; 5 min before it had.
    expect(warnings.map(({ at: told }) => told)).toEqual([at(35)]);
  });
});

describe('a lab with a planned stop', () => {
  const planned = () => aSchool({ stopsAt: at(60), expiresAt: at(2000) });

  test('is warned, stopped at that very moment, kept, and started again at its next start', async () => {
    const school = await planned();
    await school.pass(59 * 60);
    expect(await school.phase()).toBe('ready');
    const warnings = (await school.load()).status.events.filter(({ type }) => type === 'StopWarning');
    expect(warnings.map(({ message }) => message)).toEqual([
      `stops in 30 min, at ${at(60)}; what runs is stopped, its disks stay`,
      `stops in 5 min, at ${at(60)}; what runs is stopped, its disks stay`,
    ]);
    await school.pass(2 * 60);
    expect(await school.phase()).toBe('stopped');
    const stopped = (await school.load()).status.events.find(({ type }) => type === 'Stopped');
    expect(stopped?.at).toBe(at(60));

    await school.change((spec) => ({ ...spec, startsAt: at(100), stopsAt: at(160) }));
    await school.pass(60);
    expect(await school.phase()).toBe('stopped');
    const { message } = (await school.load()).status.conditions.MachinesRunning;
    expect(message).toBe(`the lab is stopped; starts at ${at(100)}`);
    await school.pass(37 * 60 + 59);
    expect(await school.phase()).toBe('stopped');
    await school.pass(60);
    expect(await school.phase()).toBe('ready');
    const started = (await school.load()).status.events.find(({ type }) => type === 'start');
    expect(started?.at).toBe(at(100));
    await school.pass(61 * 60);
    expect(await school.phase()).toBe('stopped');
  });

  test('is looked at a few times a day while it stands stopped, and is in no queue', async () => {
    const school = await aSchool(
      { stopsAt: at(60), expiresAt: at(10_000) },
      { policy: { observeSeconds: 300 } },
    );
    await school.pass(70 * 60);
    expect(await school.phase()).toBe('stopped');
    const looks = () => school.driver.calls.filter((call) => call === 'list').length;
    const before = looks();
    await school.pass(24 * 3600);
    expect(looks() - before).toBeGreaterThanOrEqual(3);
    expect(looks() - before).toBeLessThanOrEqual(5);
    expect(school.deps.queue.waiting).toEqual([]);
    const { driver, id } = school;
    await driver.start(id, ['LINUXtips-01']);
    // As the driver's own events tell.
    await school.deps.queue.enqueue(id, 0);
    await school.pass(60);
    expect(await school.phase()).toBe('stopped');
  });

  test('switched on by its owner after it runs on', async () => {
    const school = await planned();
    await school.pass(70 * 60);
    const lab = await school.load();
    await school.change(() => switchedOn(lab, school.deps.clock.now()));
    await school.pass(5 * 60);
    expect(await school.phase()).toBe('ready');
  });

  test('moved later stops later', async () => {
    const school = await planned();
    await school.pass(50 * 60);
    await school.change((spec) => ({ ...spec, stopsAt: at(90) }));
    await school.pass(35 * 60);
    expect(await school.phase()).toBe('ready');
    await school.pass(10 * 60);
    expect(await school.phase()).toBe('stopped');
  });

  test('that nobody wanted in between is not written by time alone while it stands stopped', async () => {
    const school = await planned();
    await school.pass(65 * 60);
    const { statusVersion } = await school.load();
    await school.pass(30 * 60);
    expect((await school.load()).statusVersion).toBe(statusVersion);
  });
});
