import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AmazonEc2Driver } from '../../../../../shared/adapters/aws/ec2/amazonec2-driver.ts';
import { isSlipwayError } from '../../../../../shared/core/errors.ts';
import type { LaunchWish, Placement } from '../../../../../shared/ports/driver.ts';
import { openEc2Driver } from '../../../../support/ec2-ground.ts';
import { aLauncher, instancesOf } from '../../../../support/ec2-launches.ts';
import { type FakeEc2, startFakeEc2 } from '../../../../support/fake-ec2/start-fake-ec2.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

describe('an account that is short of room', () => {
  let fake: FakeEc2;
  let clock: ManualClock;
  beforeEach(async () => {
    clock = new ManualClock(Date.UTC(2026, 10, 1));
    fake = await startFakeEc2({ clock, requestLimits: { start: 'off' } });
  });
  afterEach(() => fake.close());

  /** Attempt after attempt, as the reconciler does, until the driver takes one or has no place left. */
  async function up(driver: AmazonEc2Driver, over: Partial<LaunchWish> = {}) {
    const { labId, launch, plan } = await aLauncher(driver);
    const short: Placement[] = [];
    for (let attempt = 1; attempt <= 20; attempt += 1) {
      const placement = await plan({ attempt, short, ...over });
      try {
        await driver.create(await launch({ attempt, placement }));
        return { labId, attempt, placement };
      } catch (error) {
        if (!isSlipwayError(error) || error.facts.reason !== 'short') throw error;
        short.push(placement);
      }
    }
    throw new Error('never up');
  }

  test('sends a lab to the next zone, then to the next type; the next lab goes there at once', async () => {
    const driver = openEc2Driver(fake, { clock });
    for (const zone of ['a', 'b', 'c']) {
      fake.setCapacity({ zone: `us-east-1${zone}`, type: 't3.small', machines: 2 });
    }
    const first = await up(driver);
    expect([first.attempt, first.placement.zone, first.placement.type]).toEqual([
      4,
      'us-east-1a',
      't3a.small',
    ]);
    const second = await up(driver);
    expect([second.attempt, second.placement.type]).toEqual([1, 't3a.small']);
    // Ten minutes later the first choice may have room again.
    for (const zone of ['a', 'b', 'c']) fake.setCapacity({ zone: `us-east-1${zone}`, type: 't3.small' });
    clock.advance(601);
    expect((await up(driver)).placement.type).toBe('t3.small');
    expect(instancesOf(fake, first.labId)).toHaveLength(3);
  });

  test('with no room anywhere says when to look again, and asks EC2 no more meanwhile', async () => {
    const driver = openEc2Driver(fake, { clock, settings: { instanceTypes: ['t3.small'] } });
    for (const zone of ['a', 'b', 'c']) fake.setUnsupported(`us-east-1${zone}`, 't3.small');
    fake.setUnsupported('us-east-1c', 't3.small', false);
    fake.setFreeAddresses('subnet-0f0000000000000c1', 2);
    await expect(up(driver)).rejects.toMatchObject({ facts: { reason: 'short', afterSeconds: 60 } });
    expect(fake.calls('RunInstances').map(({ code }) => code)).toEqual([
      'Unsupported',
      'Unsupported',
      'InsufficientFreeAddressesInSubnet',
    ]);
    await expect(up(driver)).rejects.toMatchObject({ facts: { reason: 'short' } });
    expect(fake.calls('RunInstances')).toHaveLength(3);
    fake.setFreeAddresses('subnet-0f0000000000000c1', 100);
    clock.advance(600);
    expect((await up(driver)).placement.zone).toBe('us-east-1c');
  });

  const onSpot = { machines: [{ name: 'm1', role: 'worker' as const }], mayStop: false };
  test('launches one-time spot machines, that end with the lab', async () => {
    const driver = openEc2Driver(fake, { clock, settings: { spot: true } });
    const { labId, placement } = await up(driver, onSpot);
    expect(placement.market).toBe('spot');
    expect(instancesOf(fake, labId).map(({ spot }) => [spot?.kind, spot?.onInterruption])).toEqual(
      Array.from({ length: 3 }, () => ['one-time', 'terminate']),
    );
  });

  test.each([
    ['without the role for spot', () => fake.setSpotRole(false)],
    ['with its spot quota used up', () => fake.setQuotas({ spotVcpus: 2 })],
  ])('%s launches on demand, under a token of its own, and the next lab does at once', async (_, close) => {
    const driver = openEc2Driver(fake, { clock, settings: { spot: true } });
    close();
    const first = await up(driver, onSpot);
    expect([first.attempt, first.placement.market]).toEqual([2, 'on-demand']);
    const tokens = fake.calls('RunInstances').map(({ parameters }) => parameters.ClientToken);
    expect(new Set(tokens).size).toBe(2);
    expect((await up(driver, onSpot)).attempt).toBe(1);
  });

  test('has none for a stopped machine either, which is bound to its zone, and says so', async () => {
    const driver = openEc2Driver(fake, { clock });
    const { labId } = await up(driver);
    clock.advance(60);
    await driver.stop(labId, ['m1']);
    clock.advance(60);
    fake.setCapacity({ zone: 'us-east-1a', type: 't3.small', machines: 0 });
    await expect(driver.start(labId, ['m1'])).rejects.toMatchObject({
      retryable: true,
      facts: { code: 'InsufficientInstanceCapacity', afterSeconds: 30 },
      message: expect.stringContaining('m1: a stopped machine is bound to its zone and type'),
    });
    fake.setCapacity({ zone: 'us-east-1a', type: 't3.small' });
    fake.setQuotas({ onDemandVcpus: 4 });
    await expect(driver.start(labId, ['m1'])).rejects.toMatchObject({ facts: { reason: 'quota' } });
    fake.setQuotas({ onDemandVcpus: 100 });
    await driver.start(labId, ['m1']);
  });
});
