import { describe, expect, test } from 'vitest';
import { SlipwayError } from '../../../shared/core/errors.ts';
import { tick } from '../../../shared/reconcile/tick.ts';
import { START } from '../../support/builders.ts';
import type { DriverVerb } from '../../support/lagging-driver.ts';
import { aSchool } from '../../support/school.ts';

const throttled = (afterSeconds: number) =>
  new SlipwayError('driver_failed', `in ${afterSeconds} s: others are before it`, {
    retryable: true,
    facts: { reason: 'throttled', afterSeconds },
  });

describe('a driver whose calls may not go yet', () => {
  test.each<DriverVerb>(['createNetwork', 'allow', 'plan', 'create', 'list'])(
    'keeps a new lab exactly as long as it says, at %s, and the tick does not wake it meanwhile',
    async (verb) => {
      const school = await aSchool();
      for (let times = 0; times < 2; times += 1) school.driver.failOnce(verb, 'before', throttled(700));
      await school.pass(695);
      const callsOf = () => school.driver.calls.filter((call) => call === verb).length;
      expect(callsOf()).toBe(1);
      expect(await school.phase()).toBe('pending');
      const { conditions } = (await school.load()).status;
      expect(conditions.MachinesRunning).toMatchObject({
        reason: 'Throttled',
        message: 'in 700 s: others are before it',
      });
      expect((await school.load()).dueAt).toBeGreaterThan(START + 700_000);
      await school.pass(695);
      expect(callsOf()).toBe(2);
      await school.pass(120);
      expect(await school.phase()).toBe('ready');
    },
  );

  test('is asked again by the tick alone where that is later than the queue delays', async () => {
    const school = await aSchool();
    school.driver.failOnce('create', 'before', throttled(2000));
    await school.pass(1);
    expect((await school.load()).dueAt).toBe(START + 2_000_000);
    expect(school.deps.queue.waiting).toEqual([]);
    await school.pass(1990);
    expect(school.driver.calls.filter((call) => call === 'create')).toHaveLength(1);
    await school.pass(60);
    expect(await school.phase()).toBe('ready');
  });

  test('changes nothing of a ready lab whose machines it does not list, and writes nothing', async () => {
    const school = await aSchool();
    await school.pass(60);
    expect(await school.phase()).toBe('ready');
    const before = await school.load();
    for (let times = 0; times < 30; times += 1) school.driver.failOnce('list', 'before', throttled(7));
    await school.pass(150);
    const after = await school.load();
    expect(after.status).toEqual(before.status);
    expect(await school.phase()).toBe('ready');
  });

  test('does not hide that a machine of a ready lab is gone, while the launch of another waits', async () => {
    const school = await aSchool();
    await school.pass(60);
    school.driver.failOnce('create', 'before', throttled(300));
    school.driver.vanish(school.id, 'LINUXtips-03');
    await school.pass(60);
    expect(await school.phase()).toBe('degraded');
    expect((await school.load()).status.conditions.MachinesRunning).toMatchObject({
      status: 'False',
      reason: 'Throttled',
    });
    await school.pass(300);
    expect(await school.phase()).toBe('ready');
  });

  test('is no fault of the lab, however long it waits before and between its launches', async () => {
    const school = await aSchool();
    // Its deadline is 600 s.
    for (let times = 0; times < 3; times += 1) school.driver.failOnce('create', 'before', throttled(800));
    await school.pass(2300);
    expect(await school.phase()).toBe('pending');
    await school.pass(180);
    expect(await school.phase()).toBe('ready');
    const told = (await school.load()).status.events.map(({ message }) => message);
    expect(told.filter((message) => message.includes('others are before it'))).toHaveLength(1);
  });
});

test('a lab that is never launched is pending until its expiry, then it is gone', async () => {
  const school = await aSchool();
  const quota = new SlipwayError('driver_failed', 'room for 0 of the 6 vCPUs', {
    retryable: true,
    facts: { reason: 'quota', missing: 6, afterSeconds: 300 },
  });
  for (let times = 0; times < 200; times += 1) school.driver.failOnce('create', 'before', quota);
  await school.pass(3 * 3600);
  expect(await school.phase()).toBe('pending');
  expect((await school.load()).status.conditions.MachinesRunning).toMatchObject({
    reason: 'AccountVcpuQuota',
    message: 'room for 0 of the 6 vCPUs',
  });
  await school.pass(3600 + 60);
  expect(await school.phase()).toBe('deleted');
  expect(school.world.machines).toEqual([]);
});

test('who may not be let in is told so, and the lab goes on', async () => {
  const school = await aSchool();
  await school.pass(60);
  school.driver.failOnce(
    'allow',
    'before',
    new SlipwayError('driver_failed', '80 rules, and a group takes 60'),
  );
  await school.change((spec) => ({ ...spec, allowFrom: ['203.0.113.9/32'] }));
  await school.pass(60);
  expect(await school.phase()).toBe('ready');
  const { events } = (await school.load()).status;
  expect(events.filter(({ type }) => type === 'AccessRefused').map(({ message }) => message)).toEqual([
    '80 rules, and a group takes 60',
  ]);
  await school.change((spec) => ({ ...spec, allowFrom: ['203.0.113.10/32'] }));
  await school.pass(10);
  expect(school.driver.allowed.get(school.id)?.from).toEqual(['203.0.113.10/32']);
});

test('a tick does not wake a lab that waits for its turn', async () => {
  const school = await aSchool();
  school.driver.failOnce('create', 'before', throttled(850));
  await school.pass(1);
  school.deps.clock.advance(300);
  expect(await tick(school.deps)).toBe(0);
});
