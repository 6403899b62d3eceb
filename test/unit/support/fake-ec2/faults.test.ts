import {
  DescribeInstancesCommand,
  DescribeSubnetsCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import type { Ec2Backing } from '../../../support/fake-ec2/backing.ts';
import type { Ec2Event } from '../../../support/fake-ec2/events.ts';
import { openDesk, outcome, SECONDS, START } from './ec2-desk.ts';

describe('faults that are asked for', () => {
  test('happen once each, before anything is done', async () => {
    const { run, fake } = await openDesk();
    fake.failNext('RunInstances', { code: 'Unavailable', status: 503, message: 'later' });
    fake.failNext('RunInstances');
    expect(await outcome(run())).toBe('Unavailable 503');
    expect(await outcome(run())).toBe('InternalError 500');
    expect(fake.instances()).toEqual([]);
    expect(await outcome(run())).toBe('done');
  });

  test('or after all was done, told as an error or not told at all', async () => {
    const { run, fake } = await openDesk();
    fake.failNext('RunInstances', { when: 'after' });
    fake.failNext('RunInstances', { when: 'after', cut: true });
    expect(await outcome(run())).toBe('InternalError 500');
    expect(await outcome(run())).toMatch(/^cut: /);
    expect(fake.instances()).toHaveLength(2);
    expect(fake.calls('RunInstances')).toMatchObject([
      { carriedOut: true, code: 'InternalError', status: 500 },
      { carriedOut: true, code: 'InternalError', status: 0 },
    ]);
  });

  test('a call that hangs is answered once it is let go, and holds up no other', async () => {
    const { run, fake, ec2 } = await openDesk();
    const release = fake.hang('RunInstances');
    const releaseAfter = fake.hang('RunInstances', 'after');
    const first = outcome(run());
    const second = outcome(run());
    await expect.poll(() => fake.instances().length).toBe(1);
    expect(await outcome(ec2.send(new DescribeSubnetsCommand({})))).toBe('done');
    release();
    releaseAfter();
    expect(await Promise.all([first, second])).toEqual(['done', 'done']);
    expect(fake.instances()).toHaveLength(2);
  });

  test('EC2 says yes and the instance ends at once: a reason, no disk, no quota', async () => {
    const { runIds, describe: look, fake, clock, run } = await openDesk({ quotas: { onDemandVcpus: 4 } });
    fake.doomLaunches(1);
    const ids = await runIds({ MinCount: 2, MaxCount: 2 });
    expect((await look(ids)).map(({ State }) => State?.Name)).toEqual(['pending', 'pending']);
    clock.advance(SECONDS.toRun);
    const [doomed, lucky] = await look(ids);
    expect(doomed).toMatchObject({
      State: { Name: 'terminated' },
      StateReason: {
        Code: 'Client.InternalError',
        Message: 'Client.InternalError: Client error on launch',
      },
    });
    expect(lucky?.State?.Name).toBe('running');
    expect(fake.volumes()).toHaveLength(1);
    expect(await outcome(run())).toBe('done');
  });

  test('instances vanish without a trace, and what they held is free', async () => {
    const { runIds, ec2, fake, clock } = await openDesk({ quotas: { onDemandVcpus: 8 } });
    const ids = await runIds({ MinCount: 4, MaxCount: 4 });
    clock.advance(SECONDS.toRun);
    fake.dueEvents();
    fake.vanish(ids.slice(0, 2));
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({}));
    expect(Reservations?.[0]?.Instances?.map(({ InstanceId }) => InstanceId)).toEqual(ids.slice(2));
    const gone = new TerminateInstancesCommand({ InstanceIds: ids });
    expect(await outcome(ec2.send(gone))).toBe('InvalidInstanceID.NotFound 400');
    expect([fake.volumes().length, fake.interfaces().length, fake.dueEvents().length]).toEqual([2, 2, 0]);
    expect(await outcome(runIds({ MinCount: 2, MaxCount: 2 }))).toBe('done');
  });

  test('a hand in the console is seen', async () => {
    const { runIds, fake, clock } = await openDesk();
    const ids = await runIds();
    clock.advance(SECONDS.toRun);
    fake.terminateOutside(ids);
    clock.advance(SECONDS.toEnd);
    fake.terminateOutside(ids);
    expect(states(fake.dueEvents())).toEqual(['pending', 'running', 'shutting-down', 'terminated']);
  });
});

describe('events', () => {
  test('tell each change of state in the shape of EventBridge, at its own moment, however late it is asked', async () => {
    const { runIds, ec2, fake, clock } = await openDesk();
    const [id = ''] = await runIds();
    expect(fake.nextDueAt()).toBe(START + 8000);
    clock.advance(100);
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    clock.advance(100);
    const events = fake.dueEvents();
    expect(events.map(({ time, detail }) => [time, detail])).toEqual([
      ['2026-11-01T10:00:00Z', { 'instance-id': id, state: 'pending' }],
      ['2026-11-01T10:00:08Z', { 'instance-id': id, state: 'running' }],
      ['2026-11-01T10:01:40Z', { 'instance-id': id, state: 'shutting-down' }],
      ['2026-11-01T10:02:00Z', { 'instance-id': id, state: 'terminated' }],
    ]);
    expect(events[0]).toMatchObject({
      version: '0',
      'detail-type': 'EC2 Instance State-change Notification',
      source: 'aws.ec2',
      account: '123456789012',
      region: 'us-east-1',
      resources: [`arn:aws:ec2:us-east-1:123456789012:instance/${id}`],
    });
    expect(new Set(events.map((event) => event.id)).size).toBe(4);
    expect(fake.dueEvents()).toEqual([]);
  });

  test('are handed to a listener as they fall due, and then not kept', async () => {
    const heard: Ec2Event[] = [];
    const { runIds, fake, clock } = await openDesk({ onEvent: (event) => heard.push(event) });
    await runIds();
    clock.advance(SECONDS.toRun);
    expect(states(heard)).toEqual(['pending']);
    fake.advance();
    expect(states(heard)).toEqual(['pending', 'running']);
    expect(fake.dueEvents()).toEqual([]);
  });
});

describe('a backing', () => {
  test('is told of each deed with the instance, and holds it in its passing state until it is done', async () => {
    const told: string[] = [];
    let finish = () => {};
    const backing: Ec2Backing = {
      launched: ({ id, userData, privateAddress }) => {
        told.push(`launched ${id} ${privateAddress} ${Buffer.from(userData ?? '', 'base64')}`);
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
      terminated: ({ id }) => {
        told.push(`terminated ${id}`);
      },
    };
    const { runIds, fake, clock, ec2 } = await openDesk({ backing });
    const [id = ''] = await runIds({ UserData: Buffer.from('boot').toString('base64') });
    clock.advance(SECONDS.toRun);
    expect(fake.instances()[0]?.state).toBe('pending');
    finish();
    await fake.settled();
    clock.advance(1);
    expect(fake.instances()[0]?.state).toBe('running');
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    await fake.settled();
    expect(told).toEqual([`launched ${id} 10.0.0.4 boot`, `terminated ${id}`]);
  });

  test('that cannot ends the instance, and says why to who asks', async () => {
    const { runIds, fake } = await openDesk({
      backing: { launched: () => Promise.reject(new Error('no Docker here')) },
      publicAddress: () => '127.0.0.2',
    });
    await runIds();
    const failure = await fake.settled().catch((error: unknown) => error);
    expect(failure).toMatchObject({ errors: [new Error('no Docker here')] });
    expect(fake.instances()[0]).toMatchObject({
      state: 'terminated',
      stateReason: { code: 'Server.InternalError' },
    });
    expect(fake.volumes()).toEqual([]);
  });
});

function states(events: Ec2Event[]): unknown[] {
  return events.map(({ detail }) => ('state' in detail ? detail.state : undefined));
}
