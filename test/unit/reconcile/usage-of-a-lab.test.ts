import { describe, expect, test } from 'vitest';
import { iso } from '../../../shared/core/clock.ts';
import { usageAt } from '../../../shared/lab/usage.ts';
import { START } from '../../support/builders.ts';
import { aSchool } from '../../support/school.ts';

const at = (minutes: number) => iso(START + minutes * 60_000);
/** What LaggingDriver says of each of its machines. */
const SMALL = 'small';
const DISK = 8;

/** Usage up to now. */
async function usedBy(school: Awaited<ReturnType<typeof aSchool>>) {
  const { usage } = (await school.load()).status;
  if (usage === undefined) throw new Error('nothing of it was ever paid for');
  return usageAt(usage, school.deps.clock.now());
}

describe('the usage of a lab', () => {
  test('counts its three machines from their launch until their removal was asked for', async () => {
    const school = await aSchool({ startsAt: at(10) });
    await school.pass(40 * 60);
    await school.change((spec) => ({ ...spec, deleted: true }));
    await school.pass(30 * 60);
    const used = await usedBy(school);
    expect(used.machineSeconds).toEqual({ [SMALL]: 3 * 30 * 60 });
    expect(used.diskGigabyteSeconds).toBe(3 * DISK * 30 * 60);
    expect([used.running, used.stopped, used.diskGigabytes]).toEqual([{}, {}, 0]);
  });

  test('counts what stands stopped apart, its disks all the while', async () => {
    const school = await aSchool({ stopsAt: at(30), expiresAt: at(2000) });
    await school.pass(90 * 60);
    const used = await usedBy(school);
    expect(used.machineSeconds).toEqual({ [SMALL]: 3 * 30 * 60 });
    expect(used.stoppedSeconds).toEqual({ [SMALL]: 3 * 60 * 60 });
    expect(used.diskGigabyteSeconds).toBe(3 * DISK * 90 * 60);
  });

  test('counts a machine that is made anew from its own launch, and its former one until it was gone', async () => {
    const school = await aSchool();
    await school.pass(20 * 60);
    school.driver.vanish(school.id, 'LINUXtips-03');
    await school.pass(20 * 60);
    const { machineSeconds } = await usedBy(school);
    // The look that missed it came within seconds.
    expect(machineSeconds[SMALL]).toBeGreaterThanOrEqual(3 * 40 * 60 - 10);
    expect(machineSeconds[SMALL]).toBeLessThanOrEqual(3 * 40 * 60 + 10);
    expect((await school.load()).status.machines.every(({ type }) => type === SMALL)).toBe(true);
  });

  test('counts a machine until it left, and not those that were never made', async () => {
    const school = await aSchool();
    await school.pass(20 * 60);
    await school.change((spec) => ({
      ...spec,
      machines: spec.machines.filter(({ name }) => name !== 'LINUXtips-03'),
      leaving: [{ name: 'LINUXtips-03', force: false }],
    }));
    await school.pass(20 * 60);
    const { machineSeconds, running } = await usedBy(school);
    expect(running).toEqual({ [SMALL]: 2 });
    const [least, most] = [3 * 20 * 60 + 2 * 20 * 60, 3 * 20 * 60 + 2 * 20 * 60 + 60];
    expect(machineSeconds[SMALL]).toBeGreaterThanOrEqual(least);
    expect(machineSeconds[SMALL]).toBeLessThanOrEqual(most);
  });

  test('is written when it changes and never because time goes on', async () => {
    const school = await aSchool({ expiresAt: at(2000) });
    await school.pass(10 * 60);
    const { statusVersion, status } = await school.load();
    await school.pass(60 * 60);
    const later = await school.load();
    expect(later.statusVersion).toBe(statusVersion);
    expect(later.status.usage).toEqual(status.usage);
  });

  test('of a lab whose driver does not answer goes on as it was', async () => {
    const school = await aSchool();
    await school.pass(10 * 60);
    for (let times = 0; times < 50; times += 1) school.driver.failOnce('list');
    await school.pass(10 * 60);
    expect((await usedBy(school)).machineSeconds).toEqual({ [SMALL]: 3 * 20 * 60 });
  });
});
