import { describe, expect, test } from 'vitest';
import { SlipwayError } from '../../../shared/core/errors.ts';
import { aSchool } from '../../support/school.ts';

/** A school whose driver wants each launch settled ten minutes after its engines came up. */
async function aSettlingSchool() {
  const school = await aSchool();
  Object.assign(school.driver, { settleAfterSeconds: 600 });
  const calls = () => school.driver.calls.filter((call) => call === 'settle').length;
  return { ...school, calls };
}

describe('a launch is settled', () => {
  test('once, in time, and anew after a machine was made anew', async () => {
    const { calls, ...school } = await aSettlingSchool();
    await school.pass(580);
    expect(calls()).toBe(0);
    await school.pass(60);
    expect(calls()).toBe(1);
    await school.pass(3600);
    expect(calls()).toBe(1);
    school.driver.vanish(school.id, 'LINUXtips-03');
    await school.pass(900);
    expect(calls()).toBe(2);
  });

  test('later where that fails, and the lab is ready all the while', async () => {
    const { calls, ...school } = await aSettlingSchool();
    const busy = new SlipwayError('driver_failed', 'not now', {
      retryable: true,
      facts: { reason: 'throttled', afterSeconds: 2 },
    });
    for (let times = 0; times < 3; times += 1) school.driver.failOnce('settle', 'before', busy);
    for (let minute = 0; minute < 40; minute += 1) {
      await school.pass(60);
      expect(await school.phase()).toBe('ready');
    }
    expect(calls()).toBe(4);
  });

  test('never where it is refused once', async () => {
    const { calls, ...school } = await aSettlingSchool();
    school.driver.failOnce('settle', 'before', new SlipwayError('driver_failed', 'no right to'));
    await school.pass(3600);
    expect(calls()).toBe(1);
    expect(await school.phase()).toBe('ready');
  });

  test('only while the lab is on', async () => {
    const { calls, ...school } = await aSettlingSchool();
    await school.pass(60);
    await school.change((spec) => ({ ...spec, power: 'off' }));
    await school.pass(3600);
    expect(calls()).toBe(0);
    await school.change((spec) => ({ ...spec, power: 'on' }));
    await school.pass(60);
    expect(calls()).toBe(1);
  });
});
