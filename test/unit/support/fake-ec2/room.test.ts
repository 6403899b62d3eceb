import {
  DescribeInstanceTypeOfferingsCommand,
  DescribeSubnetsCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { openDesk, outcome, SECONDS, SUBNET } from './ec2-desk.ts';

const THREE = { MinCount: 3, MaxCount: 3 };
const SPOT = {
  InstanceMarketOptions: { MarketType: 'spot', SpotOptions: { SpotInstanceType: 'one-time' } },
} as const;

describe('room', () => {
  test('a zone that is short of a type has it elsewhere, and again once others leave', async () => {
    const { run, runIds, ec2, fake } = await openDesk({
      capacity: [{ zone: 'us-east-1a', type: 't3.small', machines: 4 }],
    });
    const InstanceIds = await runIds(THREE);
    expect(await outcome(run(THREE))).toBe('InsufficientInstanceCapacity 500');
    expect(await outcome(run({ ...THREE, InstanceType: 't3.medium' }))).toBe('done');
    expect(await outcome(run({ ...THREE, SubnetId: SUBNET.b }))).toBe('done');
    await ec2.send(new TerminateInstancesCommand({ InstanceIds }));
    expect(await outcome(run(THREE))).toBe('done');
    expect(fake.instances()).toHaveLength(12);
  });

  test('a type that a zone never has is Unsupported there, and its offerings say so', async () => {
    const { run, ec2, fake } = await openDesk({ unsupported: [{ zone: 'us-east-1a', type: 't3.small' }] });
    const offered = async () => {
      const { InstanceTypeOfferings } = await ec2.send(
        new DescribeInstanceTypeOfferingsCommand({
          LocationType: 'availability-zone',
          Filters: [{ Name: 'instance-type', Values: ['t3.small'] }],
        }),
      );
      return InstanceTypeOfferings?.map(({ Location }) => Location);
    };
    expect(await outcome(run())).toBe('Unsupported 400');
    expect(await offered()).toEqual(['us-east-1b', 'us-east-1c']);
    fake.setUnsupported('us-east-1a', 't3.small', false);
    expect(await outcome(run())).toBe('done');
    expect(await offered()).toHaveLength(3);
  });

  test('a full subnet has no room, and has it again once an instance is terminated', async () => {
    const { run, runIds, ec2, clock } = await openDesk({
      subnets: [{ id: SUBNET.a, zone: 'us-east-1a', cidr: '10.9.0.0/28' }],
    });
    const free = async () =>
      (await ec2.send(new DescribeSubnetsCommand({}))).Subnets?.[0]?.AvailableIpAddressCount;
    expect(await free()).toBe(11);
    const [first = ''] = await runIds({ MinCount: 11, MaxCount: 11 });
    expect(await free()).toBe(0);
    expect(await outcome(run())).toBe('InsufficientFreeAddressesInSubnet 400');
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [first] }));
    expect(await outcome(run())).toBe('InsufficientFreeAddressesInSubnet 400');
    clock.advance(SECONDS.toEnd);
    expect(await outcome(run())).toBe('done');
  });

  test('the vCPU quota counts what is pending and running in the whole account, and of one market', async () => {
    const { run, runIds, ec2, fake, clock } = await openDesk({ quotas: { onDemandVcpus: 12, spotVcpus: 6 } });
    fake.addForeign({ type: 't3.small', count: 2 });
    expect(await outcome(run(THREE))).toBe('done');
    expect(await outcome(run({ MinCount: 2, MaxCount: 2 }))).toBe('VcpuLimitExceeded 400');
    expect(await outcome(run({ ...THREE, ...SPOT }))).toBe('done');
    expect(await outcome(run(SPOT))).toBe('MaxSpotInstanceCountExceeded 400');
    clock.advance(SECONDS.toRun);
    const InstanceIds = await runIds();
    expect(await outcome(run())).toBe('VcpuLimitExceeded 400');
    clock.advance(SECONDS.toRun);
    await ec2.send(new StopInstancesCommand({ InstanceIds }));
    expect(await outcome(run())).toBe('done');
  });

  test('another quota holds from the next request on', async () => {
    const { run, fake } = await openDesk({ quotas: { onDemandVcpus: 0, instances: 2 } });
    expect(await outcome(run())).toBe('VcpuLimitExceeded 400');
    fake.setQuotas({ onDemandVcpus: 100 });
    expect(await outcome(run(THREE))).toBe('InstanceLimitExceeded 400');
    expect(await outcome(run())).toBe('done');
  });

  test('a stopped instance is bound to its zone and type: a start may find no room and no quota', async () => {
    const { runIds, ec2, fake, clock } = await openDesk();
    const InstanceIds = await runIds(THREE);
    clock.advance(SECONDS.toRun);
    await ec2.send(new StopInstancesCommand({ InstanceIds }));
    clock.advance(SECONDS.toStop);
    const start = () => outcome(ec2.send(new StartInstancesCommand({ InstanceIds })));
    fake.setCapacity({ zone: 'us-east-1a', type: 't3.small', machines: 2 });
    expect(await start()).toBe('InsufficientInstanceCapacity 500');
    fake.setCapacity({ zone: 'us-east-1a', type: 't3.small' });
    fake.setQuotas({ onDemandVcpus: 5 });
    expect(await start()).toBe('VcpuLimitExceeded 400');
    fake.setQuotas({ onDemandVcpus: 6 });
    expect(await start()).toBe('done');
  });
});

describe('spot', () => {
  test('is marked as such, and a one-time request cannot stop', async () => {
    const { run, ec2, clock } = await openDesk();
    const [instance] = await run(SPOT);
    expect(instance).toMatchObject({
      InstanceLifecycle: 'spot',
      SpotInstanceRequestId: expect.stringMatching(/^sir-/),
    });
    clock.advance(SECONDS.toRun);
    const stop = new StopInstancesCommand({ InstanceIds: [instance?.InstanceId ?? ''] });
    expect(await outcome(ec2.send(stop))).toBe('UnsupportedOperation 400');
  });

  test('may be short where on demand is not', async () => {
    const { run } = await openDesk({
      capacity: [{ zone: 'us-east-1a', type: 't3.small', market: 'spot', machines: 0 }],
    });
    expect(await outcome(run(SPOT))).toBe('InsufficientInstanceCapacity 500');
    expect(await outcome(run())).toBe('done');
  });

  test('is not to be had in an account without the role for it', async () => {
    const { run, fake } = await openDesk({ spotRole: false });
    expect(await outcome(run(SPOT))).toBe('AuthFailure.ServiceLinkedRoleCreationNotPermitted 403');
    expect(await outcome(run())).toBe('done');
    fake.setSpotRole(true);
    expect(await outcome(run(SPOT))).toBe('done');
  });

  test('is taken two minutes after its warning', async () => {
    const { runIds, fake, clock } = await openDesk();
    const ids = await runIds(SPOT);
    clock.advance(SECONDS.toRun);
    fake.dueEvents();
    fake.interruptSpot(ids);
    expect(fake.dueEvents()).toMatchObject([
      {
        source: 'aws.ec2',
        'detail-type': 'EC2 Spot Instance Interruption Warning',
        detail: { 'instance-id': ids[0], 'instance-action': 'terminate' },
      },
    ]);
    clock.advance(119);
    expect(fake.instances()[0]?.state).toBe('running');
    clock.advance(1);
    expect(fake.instances()[0]).toMatchObject({
      state: 'shutting-down',
      stateReason: { code: 'Server.SpotInstanceTermination' },
    });
  });
});
