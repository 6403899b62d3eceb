import { describe, expect, test } from 'vitest';
import { iso } from '../../../shared/core/clock.ts';
import type { Lab, LabSpec } from '../../../shared/lab/lab.ts';
import { switchedOn } from '../../../shared/lab/power.ts';
import { START } from '../../support/builders.ts';
import { aClass, aStudent } from '../../support/class-builders.ts';
import { aSchool } from '../../support/school.ts';

const MINUTE = 60_000;
const at = (minutes: number) => iso(START + minutes * MINUTE);
const OF: Lab['class'] = { id: 'docker', instructor: 'ivo', purpose: 'own' };

/** A lab that may be idle for an hour. */
async function aQuietSchool(spec: Partial<LabSpec> = {}, of: Lab['class'] = OF, observeSeconds = 60) {
  const school = await aSchool(
    { idleAfterSeconds: 3600, expiresAt: at(2000), ...spec },
    { of, policy: { observeSeconds } },
  );
  const { classes } = school.deps;
  await classes.create(aClass({ id: 'docker' }));
  await classes.saveStudent('docker', aStudent('ana'));
  const told = async (type: string) =>
    (await school.load()).status.events.filter((event) => event.type === type);
  return {
    ...school,
    told,
    use: () => school.engines.use(school.id, 'LINUXtips-02'),
    call: () => classes.touchStudent('docker', 'ana', iso(school.deps.clock.now())),
    /** Minutes from its request until it is seen to be stopped; undefined where it is not by then. */
    async stoppedAfter(mostMinutes: number) {
      for (let minute = 0; minute <= mostMinutes; minute += 1) {
        if ((await school.load()).status.idle?.stoppedAt !== undefined) return minute;
        await school.pass(60);
      }
      return undefined;
    },
  };
}

describe('a lab that nobody uses', () => {
  test('is warned ten minutes before, then stopped, and its disks stay', async () => {
    const school = await aQuietSchool();
    await school.pass(49 * 60);
    expect(await school.told('IdleWarning')).toEqual([]);
    await school.pass(2 * 60);
    const [warning] = await school.told('IdleWarning');
    expect(warning?.message).toMatch(/nobody has used it for 50 min; unless it is used it stops at /);
    expect(await school.phase()).toBe('ready');
    await school.pass(11 * 60);
    expect(await school.phase()).toBe('stopped');
    expect((await school.load()).status.machines).toHaveLength(3);
    expect(await school.told('IdleStopped')).toHaveLength(1);
    // And stays so.
    await school.pass(100 * 60);
    expect(await school.phase()).toBe('stopped');
    expect((await school.load()).status.conditions.MachinesRunning.message).toContain('nobody used it');
  });

  test('that its owner starts again has its time anew', async () => {
    const school = await aQuietSchool();
    await school.pass(70 * 60);
    const lab = await school.load();
    await school.change(() => switchedOn(lab, school.deps.clock.now()));
    await school.pass(40 * 60);
    expect(await school.phase()).toBe('ready');
    expect(await school.stoppedAfter(60)).toBeGreaterThan(15);
  });

  test('starts again by itself where a later start is planned', async () => {
    const school = await aQuietSchool();
    await school.pass(70 * 60);
    await school.change((spec) => ({ ...spec, startsAt: at(120) }));
    await school.pass(55 * 60);
    expect(await school.phase()).toBe('ready');
  });

  test.each([
    ['5 s', 5, 25, 31],
    ['5 min', 300, 6, 6],
  ])(
    'looked at every %s costs its record no write and its engines a question a minute at most',
    async (...row) => {
      const [, observeSeconds, least, most] = row;
      const school = await aQuietSchool({}, OF, observeSeconds);
      await school.pass(5 * 60);
      const { statusVersion } = await school.load();
      school.engines.calls.length = 0;
      school.deps.classes.faults.failNext('student');
      await school.pass(30 * 60);
      expect((await school.load()).statusVersion).toBe(statusVersion);
      // The fault was met by nobody.
      await expect(school.deps.classes.student('docker', 'ana')).rejects.toThrow('told to fail');
      const asked = school.engines.calls.filter((call) => call === 'LINUXtips-01 lastActivity');
      expect(asked.length).toBeGreaterThanOrEqual(least);
      expect(asked.length).toBeLessThanOrEqual(most);
    },
  );
});

describe('a lab stays up', () => {
  test('for as long as somebody does something on one of its engines', async () => {
    const school = await aQuietSchool();
    for (let hour = 0; hour < 3; hour += 1) {
      await school.pass(45 * 60);
      school.use();
    }
    expect(await school.told('IdleWarning')).toEqual([]);
    expect(await school.stoppedAfter(90)).toBeGreaterThanOrEqual(59);
  });

  test('for as long as its student calls', async () => {
    const school = await aQuietSchool();
    for (let hour = 0; hour < 3; hour += 1) {
      await school.pass(45 * 60);
      await school.call();
    }
    expect(await school.told('IdleWarning')).toEqual([]);
    expect(await school.stoppedAfter(90)).toBeGreaterThanOrEqual(59);
  });

  test('where it is used after the warning, and is told so', async () => {
    const school = await aQuietSchool();
    await school.pass(55 * 60);
    expect(await school.told('IdleWarning')).toHaveLength(1);
    school.use();
    await school.pass(30 * 60);
    expect(await school.phase()).toBe('ready');
    expect(await school.told('IdleOver')).toHaveLength(1);
  });

  test.each<[string, Partial<LabSpec>, Lab['class']]>([
    ['', {}, { ...OF, purpose: 'session', session: at(120) }],
    [', one of a course too', { idleFrom: at(120) }, { ...OF, purpose: 'course' }],
  ])('until its session has begun and nobody came for as long%s', async (_, spec, of) => {
    const school = await aQuietSchool(spec, of);
    await school.pass(165 * 60);
    expect(await school.told('IdleWarning')).toEqual([]);
    await school.pass(20 * 60);
    expect(await school.phase()).toBe('stopped');
  });

  test('where none of its engines tells', async () => {
    const school = await aQuietSchool();
    await school.pass(5 * 60);
    for (let times = 0; times < 3 * 200; times += 1) school.engines.failOnce('lastActivity');
    await school.pass(120 * 60);
    expect(await school.phase()).toBe('ready');
  });

  test('where nobody can say when its student last called', async () => {
    const school = await aQuietSchool();
    for (let times = 0; times < 200; times += 1) school.deps.classes.faults.failNext('student');
    await school.pass(100 * 60);
    expect(await school.phase()).toBe('ready');
  });

  test('where it may only be deleted, warned once', async () => {
    const school = await aQuietSchool({ stoppable: false });
    await school.pass(100 * 60);
    expect(await school.phase()).toBe('ready');
    expect(await school.told('IdleWarning')).toHaveLength(1);
  });

  test('where nothing of the kind was asked', async () => {
    const school = await aSchool({ expiresAt: at(2000) });
    await school.pass(100 * 60);
    expect(await school.phase()).toBe('ready');
    expect(school.engines.calls.some((call) => call.endsWith('lastActivity'))).toBe(false);
  });
});
