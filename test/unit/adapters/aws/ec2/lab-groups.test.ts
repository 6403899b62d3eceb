import { CreateSecurityGroupCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AmazonEc2Driver } from '../../../../../shared/adapters/aws/ec2/amazonec2-driver.ts';
import { newLabId } from '../../../../../shared/core/ids.ts';
import { openEc2Client, openEc2Driver } from '../../../../support/ec2-ground.ts';
import { aLauncher } from '../../../../support/ec2-launches.ts';
import { VPC_ID } from '../../../../support/fake-ec2/catalogue/subnets.ts';
import { type FakeEc2, startFakeEc2 } from '../../../../support/fake-ec2/start-fake-ec2.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

describe('a lab’s security group', () => {
  let fake: FakeEc2;
  let driver: AmazonEc2Driver;
  let clock: ManualClock;
  const labId = newLabId(Date.now());
  const start = async (groupsMs = 0) => {
    clock = new ManualClock(Date.UTC(2026, 10, 1));
    fake = await startFakeEc2({ clock, requestLimits: { start: 'off' }, lag: { groupsMs } });
    driver = openEc2Driver(fake, { clock });
  };
  beforeEach(() => start());
  afterEach(() => fake.close());

  const groupOf = (id: string) => fake.groups().find(({ tags }) => tags.get('slipway:lab') === id);
  /** `in tcp 22 203.0.113.7/32`; the group itself is `self`. */
  const rulesOf = (id: string) => {
    const group = groupOf(id);
    return (group?.rules ?? [])
      .map(({ egress, protocol, fromPort, toPort, peer }) => {
        const ports = fromPort === toPort ? fromPort : `${fromPort}-${toPort}`;
        const who = peer.groupId === group?.id ? 'self' : (peer.cidrIpv4 ?? 'another');
        return `${egress ? 'out' : 'in'} ${protocol} ${ports} ${who}`;
      })
      .sort();
  };
  const BASE_IN = ['in -1 -1 self', 'in tcp 2376 10.0.240.0/24', 'in tcp 2376 10.0.241.0/24'];
  const BASE_OUT = [
    'out -1 -1 self',
    'out tcp 443 0.0.0.0/0',
    'out tcp 80 0.0.0.0/0',
    'out udp 123 0.0.0.0/0',
  ];

  test('opens its machines to each other and the control plane, and lets out the web and the time alone', async () => {
    await driver.createNetwork(labId);
    expect(rulesOf(labId)).toEqual([...BASE_IN, ...BASE_OUT]);
    expect(groupOf(labId)?.name).toBe(`slipway-test-${labId}`);
    expect(await driver.listNetworks()).toEqual([{ labId, createdAt: '2026-11-01T00:00:00.000Z' }]);
  });

  test('lets in the owner’s ranges at 22, 2376 and the published ports, by the difference alone', async () => {
    await driver.createNetwork(labId);
    await driver.allow(labId, { from: ['203.0.113.7/32'], ports: [8080, 8081, 80] });
    const own = ['22', '2376', '80', '8080-8081'].map((port) => `in tcp ${port} 203.0.113.7/32`);
    expect(rulesOf(labId)).toEqual([...BASE_IN, ...own, ...BASE_OUT].sort());

    const before = fake.calls().length;
    await driver.allow(labId, { from: ['203.0.113.7/32'], ports: [80, 8080, 8081] });
    expect(fake.calls().slice(before)).toEqual([]);

    await openEc2Driver(fake, { clock }).allow(labId, { from: ['198.51.100.0/24'], ports: [80] });
    const changes = fake
      .calls()
      .slice(before)
      .map(({ action }) => action);
    expect(changes).toEqual([
      'DescribeSecurityGroups',
      'DescribeSecurityGroupRules',
      'RevokeSecurityGroupIngress',
      'AuthorizeSecurityGroupIngress',
    ]);
    const others = ['22', '2376', '80'].map((port) => `in tcp ${port} 198.51.100.0/24`);
    expect(rulesOf(labId)).toEqual([...BASE_IN, ...others, ...BASE_OUT].sort());
  });

  test('is never opened to the world at 22 or 2376 by itself', async () => {
    await driver.createNetwork(labId);
    await driver.allow(labId, { from: ['203.0.113.7/32'], ports: [8080] });
    const asked = fake.authorizeCalls().filter(({ direction }) => direction === 'ingress');
    expect(asked.length).toBeGreaterThan(0);
    for (const { rules } of asked) expect(JSON.stringify(rules)).not.toMatch(/0\.0\.0\.0\/0|::\/0/);
  });

  test('keeps what the owner opened when the network is made again', async () => {
    await driver.createNetwork(labId);
    await driver.allow(labId, { from: ['203.0.113.7/32'], ports: [] });
    const before = rulesOf(labId);
    await openEc2Driver(fake, { clock }).createNetwork(labId);
    expect(rulesOf(labId)).toEqual(before);
  });

  test('that would need more rules than EC2 takes is refused before anything is asked', async () => {
    await driver.createNetwork(labId);
    const before = fake.calls().length;
    const ports = Array.from({ length: 20 }, (_, index) => 8000 + 2 * index);
    const from = ['192.0.2.0/26', '192.0.2.64/26', '192.0.2.128/26'];
    await expect(driver.allow(labId, { from, ports })).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining('3 ranges and 20 ports make 69 rules, and a security group takes 60'),
    });
    expect(fake.calls()).toHaveLength(before);
  });

  test('a crash between any two of its calls is completed by the next run', async () => {
    for (let calls = 0; calls < 10; calls += 1) {
      const id = newLabId(Date.now());
      const died = await openEc2Driver(fake, { clock, diesAfterCalls: calls })
        .createNetwork(id)
        .then(
          () => false,
          () => true,
        );
      await openEc2Driver(fake, { clock }).createNetwork(id);
      expect(rulesOf(id), `${calls} calls`).toEqual([...BASE_IN, ...BASE_OUT]);
      if (!died) return expect(calls).toBe(5);
    }
    throw new Error('it never lived to the end');
  });

  test('made by two at once is one, and complete', async () => {
    const other = openEc2Driver(fake, { clock });
    await Promise.all([driver, other, driver, other].map((one) => one.createNetwork(labId)));
    expect(rulesOf(labId)).toEqual([...BASE_IN, ...BASE_OUT]);
    expect(fake.groups().filter(({ tags }) => tags.has('slipway:lab'))).toHaveLength(1);
  });

  test('opened by two at once is opened as one of them said', async () => {
    const drivers = [openEc2Driver(fake, { clock }), openEc2Driver(fake, { clock })];
    await driver.createNetwork(labId);
    await Promise.all(drivers.map((one) => one.allow(labId, { from: ['203.0.113.7/32'], ports: [80] })));
    expect(rulesOf(labId)).toHaveLength(10);
  });

  test('someone else who changes it all the time is waited for', async () => {
    await driver.createNetwork(labId);
    for (let times = 0; times < 3; times += 1) {
      fake.failNext('AuthorizeSecurityGroupIngress', { code: 'InvalidPermission.Duplicate', status: 400 });
    }
    await expect(driver.allow(labId, { from: ['203.0.113.7/32'], ports: [] })).rejects.toMatchObject({
      retryable: true,
      facts: { reason: 'busy' },
    });
    await driver.allow(labId, { from: ['203.0.113.7/32'], ports: [] });
  });

  test('that EC2 does not tell of yet is waited for, and is not left with its first rule, which lets all out', async () => {
    await fake.close();
    await start(3_000);
    const wait = { retryable: true, facts: { reason: 'busy', afterSeconds: 2 } };
    await expect(driver.createNetwork(labId)).rejects.toMatchObject(wait);
    await expect(driver.createNetwork(labId)).rejects.toMatchObject(wait);
    clock.advance(3);
    await driver.createNetwork(labId);
    expect(rulesOf(labId)).toEqual([...BASE_IN, ...BASE_OUT]);
  });

  test('of the same name that is another’s is left alone', async () => {
    await openEc2Client(fake).send(
      new CreateSecurityGroupCommand({
        GroupName: `slipway-test-${labId}`,
        Description: 'by hand',
        VpcId: VPC_ID,
      }),
    );
    await expect(driver.createNetwork(labId)).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining("is not Slipway's: rename or remove it"),
    });
  });

  test('over the account’s quota waits, and says so', async () => {
    fake.setQuotas({ securityGroups: 1 });
    await expect(driver.createNetwork(labId)).rejects.toMatchObject({
      retryable: true,
      facts: { reason: 'quota', code: 'SecurityGroupLimitExceeded' },
    });
  });

  test('goes once its last machine is terminated, and not before', async () => {
    const { labId: id, launch } = await aLauncher(driver);
    await driver.create(await launch());
    clock.advance(30);
    const busy = {
      retryable: true,
      facts: { reason: 'busy', afterSeconds: 10, code: 'DependencyViolation' },
    };
    await expect(driver.removeNetwork(id)).rejects.toMatchObject(busy);
    await driver.remove(id, ['m1', 'm2', 'm3']);
    clock.advance(5);
    expect((await driver.list(id)).map(({ state }) => state)).toEqual(['Stopping', 'Stopping', 'Stopping']);
    await expect(driver.removeNetwork(id)).rejects.toMatchObject(busy);
    clock.advance(60);
    await driver.removeNetwork(id);
    await driver.removeNetwork(id);
    expect(fake.leftovers({ 'slipway:deployment': 'test' })).toEqual([]);
  });

  test('that someone removes at the same moment is gone', async () => {
    await driver.createNetwork(labId);
    fake.failNext('DeleteSecurityGroup', { code: 'InvalidGroup.NotFound', status: 400 });
    await driver.removeNetwork(labId);
  });

  test('that was just made is removed', async () => {
    await driver.createNetwork(labId);
    await driver.removeNetwork(labId);
    expect(fake.groups().filter(({ tags }) => tags.has('slipway:lab'))).toEqual([]);
  });
});
