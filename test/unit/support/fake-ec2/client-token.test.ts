import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { openDesk, outcome, SUBNET } from './ec2-desk.ts';

const LAUNCH = { ClientToken: 'lab-1-a-1', MinCount: 3, MaxCount: 3 };

describe('a client token', () => {
  test('gives the same instances where the same launch comes again', async () => {
    const { runIds, fake } = await openDesk();
    const first = await runIds(LAUNCH);
    expect(await runIds(LAUNCH)).toEqual(first);
    expect(fake.instances()).toHaveLength(3);
  });

  test('still answers with instances that have ended meanwhile, also when nothing else knows them any more', async () => {
    const { run, runIds, ec2, clock } = await openDesk();
    const ids = await runIds(LAUNCH);
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: ids }));
    clock.advance(60);
    const again = await run(LAUNCH);
    expect(again.map(({ InstanceId }) => InstanceId)).toEqual(ids);
    expect(again.map(({ State }) => State?.Name)).toEqual(Array(3).fill('terminated'));
    clock.advance(4000);
    expect(await runIds(LAUNCH)).toEqual(ids);
  });

  test('of another zone launches again', async () => {
    const { runIds, fake } = await openDesk();
    const here = await runIds(LAUNCH);
    const there = await runIds({ ...LAUNCH, SubnetId: SUBNET.b });
    expect(there).not.toEqual(here);
    expect(fake.instances()).toHaveLength(6);
  });

  test('with other parameters is refused', async () => {
    const { run, fake } = await openDesk();
    await run(LAUNCH);
    const changed = { ...LAUNCH, UserData: Buffer.from('other').toString('base64') };
    expect(await outcome(run(changed))).toBe('IdempotentParameterMismatch 400');
    expect(fake.instances()).toHaveLength(3);
  });

  test('of a launch that was refused is free still', async () => {
    const { run, fake } = await openDesk({
      capacity: [{ zone: 'us-east-1a', type: 't3.small', machines: 2 }],
    });
    expect(await outcome(run(LAUNCH))).toBe('InsufficientInstanceCapacity 500');
    fake.setCapacity({ zone: 'us-east-1a', type: 't3.small' });
    expect(await run(LAUNCH)).toHaveLength(3);
  });

  test('whose answer was lost finds what that call made', async () => {
    const { run, runIds, fake } = await openDesk();
    fake.failNext('RunInstances', { when: 'after', cut: true });
    expect(await outcome(run(LAUNCH))).toMatch(/^cut: /);
    const made = fake.instances().map(({ id }) => id);
    expect(made).toHaveLength(3);
    expect(await runIds(LAUNCH)).toEqual(made);
  });
});
