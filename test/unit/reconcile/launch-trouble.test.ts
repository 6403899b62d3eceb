import { describe, expect, test } from 'vitest';
import { SlipwayError } from '../../../shared/core/errors.ts';
import type { DriverReason } from '../../../shared/ports/driver.ts';
import { aSchool } from '../../support/school.ts';

const trouble = (reason: DriverReason, facts: Record<string, unknown> = {}) =>
  new SlipwayError('driver_failed', `the cloud says ${reason}`, {
    retryable: reason !== 'refused',
    facts: { reason, ...facts },
  });

describe('a launch that the driver cannot make', () => {
  test('for want of room is made elsewhere, as another attempt, without what was short', async () => {
    const school = await aSchool();
    school.driver.failOnce('create', 'before', trouble('short'));
    await school.pass(60);
    expect(await school.phase()).toBe('ready');
    const { status } = await school.load();
    expect(status.intent).toMatchObject({ attempt: 2, placement: { zone: 'b' }, short: [{ zone: 'a' }] });
    expect(status.events.map(({ type }) => type)).toContain('NoRoom');
    expect(school.world.machines).toHaveLength(3);
  });

  test('for want of room anywhere waits, says so, and comes up once there is', async () => {
    const school = await aSchool();
    for (const _ of [1, 2]) school.driver.failOnce('plan', 'before', trouble('short', { afterSeconds: 20 }));
    await school.pass(10);
    expect((await school.load()).status.conditions.MachinesRunning).toMatchObject({
      reason: 'NoRoom',
      message: 'the cloud says short',
    });
    await school.pass(90);
    expect(await school.phase()).toBe('ready');
    expect((await school.load()).status.intent?.attempt).toBe(1);
  });

  test('for want of room in place after place is not asked for all the time, nor remembered without end', async () => {
    const school = await aSchool();
    for (let times = 0; times < 16; times += 1) school.driver.failOnce('create', 'before', trouble('short'));
    await school.pass(120);
    const creates = () => school.driver.calls.filter((call) => call === 'create').length;
    expect(creates()).toBeGreaterThan(6);
    expect(creates()).toBeLessThan(12);
    expect((await school.load()).status.conditions.MachinesRunning).toMatchObject({
      reason: 'NoRoom',
      message: expect.stringMatching(/^no room in \d+ places; tried again$/),
    });
    await school.pass(400);
    expect(await school.phase()).toBe('ready');
    const { intent } = (await school.load()).status;
    expect(intent?.attempt).toBe(17);
    expect(intent?.short).toHaveLength(12);
  });

  test.each([
    ['quota', 'AccountVcpuQuota'],
    ['throttled', 'Throttled'],
    ['busy', 'DriverBusy'],
  ] as const)('because of %s waits under its intent, unchanged, and says why', async (reason, told) => {
    const school = await aSchool();
    school.driver.failOnce('create', 'before', trouble(reason, { afterSeconds: 30 }));
    await school.pass(10);
    const { status } = await school.load();
    expect(status.conditions.MachinesRunning).toMatchObject({
      reason: told,
      message: `the cloud says ${reason}`,
    });
    expect(status.intent).toMatchObject({ attempt: 1, placement: { zone: 'a' } });
    await school.pass(120);
    expect(await school.phase()).toBe('ready');
    expect((await school.load()).status.intent?.attempt).toBe(1);
  });

  test('because it is wrong fails with the words, and nothing is left', async () => {
    const school = await aSchool();
    school.driver.failOnce('create', 'before', trouble('refused'));
    await school.pass(60);
    expect((await school.load()).status.failure?.message).toBe('the cloud says refused');
    expect(school.world.machines).toEqual([]);
  });
});
