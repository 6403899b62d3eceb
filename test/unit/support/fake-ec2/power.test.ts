import {
  DescribeInstanceStatusCommand,
  ModifyInstanceCreditSpecificationCommand,
  RebootInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { openDesk, outcome, SECONDS, SUBNET } from './ec2-desk.ts';

const PUBLIC = {
  SubnetId: undefined,
  NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: SUBNET.a, AssociatePublicIpAddress: true }],
};

async function openRunning(options: Parameters<typeof openDesk>[0] = {}, count = 1) {
  const desk = await openDesk(options);
  const InstanceIds = await desk.runIds({ ...PUBLIC, MinCount: count, MaxCount: count });
  desk.clock.advance(SECONDS.toRun);
  return {
    ...desk,
    InstanceIds,
    only: async () => (await desk.describe(InstanceIds))[0],
    start: () => desk.ec2.send(new StartInstancesCommand({ InstanceIds })),
    stop: (Force = false) => desk.ec2.send(new StopInstancesCommand({ InstanceIds, Force })),
    terminate: (ids = InstanceIds) => desk.ec2.send(new TerminateInstancesCommand({ InstanceIds: ids })),
  };
}

describe('power', () => {
  test('stop and start: states pass in time, the private address stays, the public one is new', async () => {
    const { only, stop, start, clock } = await openRunning();
    const before = await only();
    const { StoppingInstances } = await stop();
    expect(StoppingInstances).toMatchObject([
      { PreviousState: { Name: 'running' }, CurrentState: { Name: 'stopping' } },
    ]);
    clock.advance(SECONDS.toStop);
    const stopped = await only();
    expect(stopped).toMatchObject({
      State: { Code: 80, Name: 'stopped' },
      PrivateIpAddress: before?.PrivateIpAddress,
      StateReason: { Code: 'Client.UserInitiatedShutdown' },
    });
    expect(stopped?.PublicIpAddress).toBeUndefined();
    const { StartingInstances } = await start();
    expect(StartingInstances).toMatchObject([{ CurrentState: { Name: 'pending' } }]);
    clock.advance(SECONDS.toRun);
    const after = await only();
    expect(after).toMatchObject({ State: { Name: 'running' }, PrivateIpAddress: before?.PrivateIpAddress });
    expect(after?.PublicIpAddress).toMatch(/^198\.18\./);
    expect(after?.PublicIpAddress).not.toBe(before?.PublicIpAddress);
    expect(after?.LaunchTime?.getTime()).toBe(clock.now() - SECONDS.toRun * 1000);
  });

  test('a forced stop is done sooner', async () => {
    const { only, stop, clock } = await openRunning();
    await stop(true);
    clock.advance(6);
    expect((await only())?.State?.Name).toBe('stopped');
  });

  test('what is so already is done, what is on its way elsewhere is an incorrect state', async () => {
    const { start, stop, ec2, InstanceIds, clock, terminate } = await openRunning();
    const reboot = () => ec2.send(new RebootInstancesCommand({ InstanceIds }));
    expect(await outcome(start())).toBe('done');
    expect(await outcome(reboot())).toBe('done');
    await stop();
    expect(await outcome(stop())).toBe('done');
    expect(await outcome(start())).toBe('IncorrectInstanceState 400');
    expect(await outcome(reboot())).toBe('IncorrectInstanceState 400');
    clock.advance(SECONDS.toStop);
    expect(await outcome(stop())).toBe('done');
    await start();
    expect(await outcome(stop())).toBe('IncorrectInstanceState 400');
    expect(await outcome(start())).toBe('IncorrectInstanceState 400');
    await terminate();
    expect(await outcome(start())).toBe('IncorrectInstanceState 400');
    expect(await outcome(terminate())).toBe('done');
  });

  test('an ended instance keeps its disk and address until it is terminated, and is told of for an hour', async () => {
    const { only, terminate, clock, fake } = await openRunning();
    await terminate();
    expect(await only()).toMatchObject({ State: { Code: 32, Name: 'shutting-down' } });
    expect([fake.volumes().length, fake.interfaces().length]).toEqual([1, 1]);
    clock.advance(SECONDS.toEnd);
    const ended = await only();
    expect(ended).toMatchObject({ State: { Code: 48, Name: 'terminated' }, BlockDeviceMappings: [] });
    expect(ended?.PrivateIpAddress).toBeUndefined();
    expect(ended?.NetworkInterfaces).toBeUndefined();
    expect([fake.volumes(), fake.interfaces()]).toEqual([[], []]);
    clock.advance(3500);
    expect((await only())?.State?.Name).toBe('terminated');
    clock.advance(101);
    expect(await outcome(only())).toBe('InvalidInstanceID.NotFound 400');
    expect(await outcome(terminate())).toBe('InvalidInstanceID.NotFound 400');
  });

  test('one bad id in a termination spares all', async () => {
    const { terminate, InstanceIds, fake } = await openRunning({}, 2);
    expect(await outcome(terminate([...InstanceIds, 'i-00000000000000000']))).toBe(
      'InvalidInstanceID.NotFound 400',
    );
    expect(await outcome(terminate([...InstanceIds, 'worker-1']))).toBe('InvalidInstanceID.Malformed 400');
    expect(fake.instances().map(({ state }) => state)).toEqual(['running', 'running']);
  });

  test('a protected one is not ended', async () => {
    const { runIds, ec2 } = await openDesk();
    const InstanceIds = await runIds({ DisableApiTermination: true });
    expect(await outcome(ec2.send(new TerminateInstancesCommand({ InstanceIds })))).toBe(
      'OperationNotPermitted 400',
    );
  });

  test('a disk that is not deleted with its instance stays, and counts as left over', async () => {
    const { runIds, ec2, clock, fake } = await openDesk();
    const InstanceIds = await runIds({
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'deployment', Value: 'd' }] }],
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: false } }],
    });
    expect(fake.leftovers({ deployment: 'd' })).toHaveLength(3);
    await ec2.send(new TerminateInstancesCommand({ InstanceIds }));
    clock.advance(SECONDS.toEnd);
    expect(fake.leftovers({ deployment: 'd' })).toEqual([expect.stringMatching(/^volume vol-\w+ of 8 GB$/)]);
    expect(fake.isEmpty({ deployment: 'd' })).toBe(false);
    expect(fake.isEmpty({ deployment: 'another' })).toBe(true);
  });

  test('status checks pass once it runs; others are told of only when all are asked for', async () => {
    const { ec2, InstanceIds, stop } = await openRunning();
    const ask = async (IncludeAllInstances: boolean) => {
      const { InstanceStatuses } = await ec2.send(
        new DescribeInstanceStatusCommand({ InstanceIds, IncludeAllInstances }),
      );
      return InstanceStatuses?.map(({ InstanceStatus }) => InstanceStatus?.Status);
    };
    expect(await ask(false)).toEqual(['ok']);
    await stop();
    expect(await ask(false)).toEqual([]);
    expect(await ask(true)).toEqual(['not-applicable']);
  });

  test('credits are changed one by one: the answer tells those that could not', async () => {
    const { ec2, InstanceIds, runIds, fake } = await openRunning();
    const [plain = ''] = await runIds({ InstanceType: 'm5.large' });
    const [running = ''] = InstanceIds;
    const unknown = 'i-00000000000000000';
    const answer = await ec2.send(
      new ModifyInstanceCreditSpecificationCommand({
        InstanceCreditSpecifications: [running, plain, unknown].map((InstanceId) => ({
          InstanceId,
          CpuCredits: 'standard',
        })),
      }),
    );
    expect(answer.SuccessfulInstanceCreditSpecifications).toEqual([{ InstanceId: running }]);
    expect(
      answer.UnsuccessfulInstanceCreditSpecifications?.map(({ InstanceId, Error: error }) => [
        InstanceId,
        error?.Code,
      ]),
    ).toEqual([
      [plain, 'InstanceCreditSpecification.NotSupported'],
      [unknown, 'InvalidInstanceID.NotFound'],
    ]);
    expect(fake.instances()[0]?.credits).toBe('standard');
  });

  test('a machine that powers itself off stops or ends, as it was launched to', async () => {
    const { runIds, fake, clock } = await openDesk();
    const [kept = ''] = await runIds();
    const [gone = ''] = await runIds({ InstanceInitiatedShutdownBehavior: 'terminate' });
    clock.advance(SECONDS.toRun);
    fake.shutDownInside(kept);
    fake.shutDownInside(gone);
    clock.advance(SECONDS.toStop);
    expect(fake.instances().map(({ state, stateReason }) => [state, stateReason?.code])).toEqual([
      ['stopped', 'Client.InstanceInitiatedShutdown'],
      ['terminated', 'Client.InstanceInitiatedShutdown'],
    ]);
  });
});
