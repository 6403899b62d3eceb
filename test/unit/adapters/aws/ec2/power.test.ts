import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AmazonEc2Driver } from '../../../../../shared/adapters/aws/ec2/amazonec2-driver.ts';
import { describeLabInstances } from '../../../../../shared/adapters/aws/ec2/instances.ts';
import {
  UNLIMITED_SECONDS,
  useStandardCredits,
} from '../../../../../shared/adapters/aws/ec2/standard-credits.ts';
import { openEc2Client, openEc2Driver } from '../../../../support/ec2-ground.ts';
import { aLauncher, instancesOf } from '../../../../support/ec2-launches.ts';
import { type FakeEc2, startFakeEc2 } from '../../../../support/fake-ec2/start-fake-ec2.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

describe('machines on EC2', () => {
  let fake: FakeEc2;
  let clock: ManualClock;
  let driver: AmazonEc2Driver;
  let labId: string;
  beforeEach(async () => {
    clock = new ManualClock(Date.UTC(2026, 10, 1));
    fake = await startFakeEc2({ clock, requestLimits: { start: 'off' } });
    driver = openEc2Driver(fake, { clock });
    const launcher = await aLauncher(driver);
    labId = launcher.labId;
    await driver.create(await launcher.launch());
  });
  afterEach(() => fake.close());

  const idsOf = (...names: string[]) =>
    instancesOf(fake, labId)
      .filter(({ tags, launchIndex }) => names.includes(tags.get(`slipway:machine-${launchIndex}`) ?? ''))
      .map(({ id }) => id);
  const states = async () =>
    Object.fromEntries((await driver.list(labId)).map(({ name, state }) => [name, state]));

  test('are listed in docker-machine’s words, with a new address after a stop, under the old private one', async () => {
    expect(await states()).toEqual({ m1: 'Starting', m2: 'Starting', m3: 'Starting' });
    clock.advance(10);
    const [before] = await driver.list(labId);
    expect(before).toMatchObject({
      state: 'Running',
      attempt: 1,
      ports: {},
      engine: { host: before?.privateAddress, port: 2376 },
    });
    await driver.stop(labId, ['m1']);
    expect((await states()).m1).toBe('Stopping');
    clock.advance(30);
    const [stopped] = await driver.list(labId);
    expect(stopped?.state).toBe('Stopped');
    expect([stopped?.address, stopped?.engine]).toEqual([undefined, undefined]);
    await driver.start(labId, ['m1']);
    clock.advance(10);
    const [after] = await driver.list(labId);
    expect(after?.privateAddress).toBe(before?.privateAddress);
    expect(after?.address).not.toBe(before?.address);
  });

  test('that change state are waited for: those that can act do at once', async () => {
    const busy = { retryable: true, facts: { reason: 'busy', afterSeconds: 5 } };
    await expect(driver.stop(labId, ['m1'])).rejects.toMatchObject(busy);
    await expect(driver.kill(labId, ['m1'])).rejects.toMatchObject(busy);
    await expect(driver.restart(labId, ['m1'])).rejects.toMatchObject(busy);
    await driver.start(labId, ['m1', 'm2']);
    clock.advance(10);
    await driver.stop(labId, ['m1']);
    clock.advance(1);
    await expect(driver.start(labId, ['m1'])).rejects.toMatchObject(busy);
    await expect(driver.restart(labId, ['m1', 'm2'])).rejects.toThrow('restart of m1: it is stopping');
    // One that hangs in its shutdown loses its power.
    await driver.kill(labId, ['m1']);
    expect(fake.calls('RebootInstances')).toHaveLength(1);
    expect(fake.calls('StopInstances').at(-1)?.parameters.Force).toBe('true');
  });

  test('that EC2 refuses for their state, changed since the list, are waited for', async () => {
    clock.advance(10);
    for (const [action, verb] of [
      ['StopInstances', 'stop'],
      ['RebootInstances', 'restart'],
    ] as const) {
      fake.failNext(action, { code: 'IncorrectInstanceState', status: 400 });
      await expect(driver[verb](labId, ['m1'])).rejects.toMatchObject({ facts: { reason: 'busy' } });
      fake.failNext(action, { code: 'InvalidInstanceID.NotFound', status: 400 });
      await expect(driver[verb](labId, ['m1'])).rejects.toMatchObject({ facts: { reason: 'busy' } });
    }
  });

  test('go all but the bad one, which is done where it is not there, and told where it cannot go', async () => {
    clock.advance(10);
    // Listed a moment ago, gone for TerminateInstances: all or nothing, so each by itself.
    fake.failNext('TerminateInstances', { code: 'InvalidInstanceID.NotFound', status: 400 });
    fake.failNext('TerminateInstances', { code: 'InvalidInstanceID.NotFound', status: 400 });
    await driver.remove(labId, ['m1', 'm2', 'm3']);
    expect(fake.calls('TerminateInstances')).toHaveLength(4);
    expect(Object.values(await states()).filter((state) => state === 'Stopping')).toHaveLength(2);

    fake.failNext('TerminateInstances', {
      code: 'OperationNotPermitted',
      status: 400,
      message: 'is protected',
    });
    await expect(driver.remove(labId, ['m1', 'm2', 'm3'])).rejects.toThrow('is protected');
    await driver.remove(labId, ['m1', 'm2', 'm3']);
    clock.advance(60);
    expect(await driver.list(labId)).toEqual([]);
  });

  test('one that is protected spares no other', async () => {
    clock.advance(10);
    fake.failNext('TerminateInstances', { code: 'OperationNotPermitted', status: 400 });
    fake.failNext('TerminateInstances', {
      code: 'OperationNotPermitted',
      status: 400,
      message: 'is protected',
    });
    await expect(driver.remove(labId, ['m1', 'm2', 'm3'])).rejects.toThrow('is protected');
    expect(Object.values(await states()).filter((state) => state === 'Stopping')).toHaveLength(2);
  });

  test('are not ended one by one where EC2 takes no more calls', async () => {
    fake.failNext('TerminateInstances', { code: 'RequestLimitExceeded', status: 503 });
    await expect(driver.remove(labId, ['m1', 'm2'])).rejects.toMatchObject({
      facts: { reason: 'throttled' },
    });
    expect(fake.calls('TerminateInstances')).toHaveLength(1);
  });

  test('of two launches under one name are listed once, by the later, and removed both', async () => {
    clock.advance(10);
    // As after a launch whose machines no list told of for a minute.
    fake.vanish(idsOf('m2', 'm3'));
    const [old] = instancesOf(fake, labId).filter(({ id }) => idsOf('m1').includes(id));
    const { launch } = await aLauncher(driver);
    const planned = await launch({ labId, attempt: 2 });
    fake.failNext('TerminateInstances', { code: 'InvalidInstanceID.NotFound', status: 400 });
    await driver.create(planned);
    expect(old?.state).toBe('running');
    clock.advance(10);
    expect((await driver.list(labId)).map(({ name, attempt }) => [name, attempt])).toEqual([
      ['m1', 2],
      ['m2', 2],
      ['m3', 2],
    ]);
    await driver.remove(labId, ['m1', 'm2', 'm3']);
    clock.advance(60);
    expect(instancesOf(fake, labId).every(({ state }) => state === 'terminated')).toBe(true);
  });

  test('of a whole deployment are listed page by page, to the end', async () => {
    const tags = (index: number) => ({
      'slipway:deployment': 'test',
      'slipway:lab': `lab-${index % 7}`,
      'slipway:attempt': '1',
    });
    for (let index = 0; index < 21; index += 1)
      fake.addForeign({ type: 't3.small', count: 50, tags: tags(index) });
    const all = await driver.list();
    expect(all).toHaveLength(1053);
    expect(fake.calls('DescribeInstances').at(-1)?.parameters.NextToken).toBeDefined();
    // What lost the names of its machines is listed under its own, so that it can be removed.
    const nameless = all.filter(({ labId: lab }) => lab === 'lab-3');
    expect(nameless).toHaveLength(150);
    await driver.remove('lab-3', [nameless[0]?.name ?? '']);
    expect((await driver.list('lab-3')).filter(({ state }) => state === 'Stopping')).toHaveLength(1);
  });

  test('whose credits EC2 will not take back are asked about again; those that are gone are done', async () => {
    const answering = (Code: string) => {
      const ec2 = openEc2Client(fake);
      const UnsuccessfulInstanceCreditSpecifications = [
        { InstanceId: 'i-1', Error: { Code, Message: 'cannot now' } },
      ];
      ec2.middlewareStack.add(
        () => async () => ({ output: { UnsuccessfulInstanceCreditSpecifications }, response: {} }) as never,
        { step: 'initialize' },
      );
      return ec2;
    };
    const instances = await describeLabInstances(openEc2Client(fake), 'test', labId);
    await useStandardCredits(answering('InvalidInstanceID.NotFound'), instances, (call) => call());
    await expect(
      useStandardCredits(answering('InternalError'), instances, (call) => call()),
    ).rejects.toMatchObject({
      retryable: true,
      message: expect.stringContaining('CPU credits of m1, m2, m3: cannot now'),
    });
  });

  test('give back their unlimited credits once asked, and asking twice is done', async () => {
    clock.advance(UNLIMITED_SECONDS);
    expect(instancesOf(fake, labId).map(({ credits }) => credits)).toEqual([
      'unlimited',
      'unlimited',
      'unlimited',
    ]);
    await driver.settle(labId);
    await driver.settle(labId);
    expect(instancesOf(fake, labId).map(({ credits }) => credits)).toEqual([
      'standard',
      'standard',
      'standard',
    ]);
    fake.failNext('ModifyInstanceCreditSpecification', { status: 503, code: 'RequestLimitExceeded' });
    await expect(driver.settle(labId)).rejects.toMatchObject({ facts: { reason: 'throttled' } });
    const calls = fake.calls('ModifyInstanceCreditSpecification').length;
    await driver.settle('no-such-lab');
    expect(fake.calls('ModifyInstanceCreditSpecification')).toHaveLength(calls);
  });
});
