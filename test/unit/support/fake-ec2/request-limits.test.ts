import {
  CreateTagsCommand,
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RequestLimitOptions } from '../../../support/fake-ec2/options.ts';
import { RequestLimits } from '../../../support/fake-ec2/request-limits.ts';
import { TokenBucket } from '../../../support/fake-ec2/token-bucket.ts';
import { openDesk, outcome, SECONDS } from './ec2-desk.ts';

/** How many of so many requests in one moment get through. */
function passing(limits: RequestLimits, action: string, names: string[], count: number, now: number): number {
  let passed = 0;
  for (let index = 0; index < count; index += 1) {
    try {
      limits.takeRequest(action, names, now);
      passed += 1;
    } catch {
      // Throttled: counted by its absence.
    }
  }
  return passed;
}

describe('request buckets', () => {
  test.each([
    ['RunInstances', [], 5, 2],
    ['StartInstances', [], 5, 2],
    ['StopInstances', [], 50, 5],
    ['TerminateInstances', [], 100, 5],
    ['DescribeInstances', ['Filter.1.Name'], 100, 20],
    ['DescribeInstances', ['MaxResults'], 100, 20],
    ['DescribeInstances', [], 50, 10],
    ['DescribeInstances', ['InstanceId.1'], 50, 10],
    ['DescribeSubnets', [], 100, 20],
    ['CreateTags', [], 100, 10],
    ['DeleteTags', [], 100, 10],
    ['CreateSecurityGroup', [], 50, 5],
    ['AuthorizeSecurityGroupIngress', [], 50, 5],
    ['ModifyInstanceCreditSpecification', [], 50, 5],
  ])('%s with %j: %i at once, %i a second after', (action, names, size, perSecond) => {
    const limits = new RequestLimits({}, 0);
    expect(passing(limits, action, names, 300, 0)).toBe(size);
    expect(passing(limits, action, names, 300, 1000)).toBe(perSecond);
    expect(passing(limits, action, names, 300, 4_000_000)).toBe(size);
  });

  test('each action has its own', () => {
    const limits = new RequestLimits({}, 0);
    passing(limits, 'RunInstances', [], 10, 0);
    expect(passing(limits, 'StartInstances', [], 10, 0)).toBe(5);
  });

  test('may start empty, with another tenant drawing on them, be of another size, or be off', () => {
    const counts = (options: RequestLimitOptions) => {
      const limits = new RequestLimits(options, 0);
      return [0, 10_000, 1_000_000].map((now) => passing(limits, 'RunInstances', [], 30, now));
    };
    expect(counts({ start: 'empty', requests: { RunInstances: { size: 25, perSecond: 2 } } })).toEqual([
      0, 20, 25,
    ]);
    expect(
      counts({
        start: 'empty',
        otherTenantShare: 0.2,
        requests: { RunInstances: { size: 25, perSecond: 2 } },
      }),
    ).toEqual([0, 16, 25]);
    expect(counts({ start: 'off' })).toEqual([30, 30, 30]);
  });

  test('never let through more than their size and what came back', () => {
    const steps = fc.array(fc.record({ waitMs: fc.nat(5000), count: fc.integer({ min: 1, max: 7 }) }));
    fc.assert(
      fc.property(steps, fc.constantFrom('full' as const, 'empty' as const), (all, start) => {
        const bucket = new TokenBucket({ size: 10, perSecond: 2 }, 0, start);
        let now = 0;
        let taken = 0;
        for (const { waitMs, count } of all) {
          now += waitMs;
          if (bucket.take(count, now)) taken += count;
        }
        expect(taken).toBeLessThanOrEqual((start === 'full' ? 10 : 0) + (now / 1000) * 2 + 1e-6);
      }),
    );
  });

  test('a bucket that was asked for too much keeps what it has', () => {
    const bucket = new TokenBucket({ size: 10, perSecond: 1 }, 0, 'full');
    expect([bucket.take(11, 0), bucket.take(10, 0), bucket.take(1, 999), bucket.take(1, 1000)]).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });
});

describe('over a limit', () => {
  test('the answer is RequestLimitExceeded 503, nothing is done, and it is counted', async () => {
    const { run, clock, fake } = await openDesk();
    const outcomes = await Promise.all(Array.from({ length: 7 }, () => outcome(run())));
    expect(outcomes.filter((one) => one === 'done')).toHaveLength(5);
    expect(outcomes.filter((one) => one === 'RequestLimitExceeded 503')).toHaveLength(2);
    expect(fake.instances()).toHaveLength(5);
    expect(fake.throttled()).toHaveLength(2);
    clock.advance(1);
    expect(await outcome(run())).toBe('done');
  });

  test('a launch of more instances than the bucket holds is refused as a whole; a repeat by token costs none', async () => {
    const { run, clock, fake } = await openDesk({
      requestLimits: { instances: { RunInstances: { size: 4, perSecond: 2 } } },
    });
    const three = { MinCount: 3, MaxCount: 3 };
    expect(await outcome(run({ ...three, ClientToken: 'a' }))).toBe('done');
    expect(await outcome(run({ ...three, ClientToken: 'b' }))).toBe('RequestLimitExceeded 503');
    expect(await outcome(run({ ...three, ClientToken: 'a' }))).toBe('done');
    expect(fake.instances()).toHaveLength(3);
    clock.advance(1);
    expect(await outcome(run({ ...three, ClientToken: 'b' }))).toBe('done');
  });

  test('starts, stops and terminations have instance buckets of their own', async () => {
    const one = { size: 1, perSecond: 1 };
    const { runIds, ec2, clock } = await openDesk({
      requestLimits: { instances: { StartInstances: one, StopInstances: one, TerminateInstances: one } },
    });
    const InstanceIds = await runIds({ MinCount: 2, MaxCount: 2 });
    const [single = ''] = InstanceIds;
    clock.advance(SECONDS.toRun);
    const deeds = [
      (ids: string[]) => ec2.send(new StopInstancesCommand({ InstanceIds: ids })),
      (ids: string[]) => ec2.send(new StartInstancesCommand({ InstanceIds: ids })),
      (ids: string[]) => ec2.send(new TerminateInstancesCommand({ InstanceIds: ids })),
    ];
    for (const deed of deeds) {
      expect(await outcome(deed(InstanceIds))).toBe('RequestLimitExceeded 503');
      expect(await outcome(deed([single]))).toBe('done');
      clock.advance(SECONDS.toStop);
    }
  });

  test('what is refused for another reason has cost its request all the same', async () => {
    const { ec2 } = await openDesk({
      requestLimits: { requests: { CreateTags: { size: 1, perSecond: 1 } } },
    });
    const tag = () =>
      outcome(
        ec2.send(
          new CreateTagsCommand({ Resources: ['i-00000000000000000'], Tags: [{ Key: 'a', Value: '' }] }),
        ),
      );
    expect([await tag(), await tag()]).toEqual([
      'InvalidInstanceID.NotFound 400',
      'RequestLimitExceeded 503',
    ]);
  });

  test('a describe of everything has less than one that filters', async () => {
    const { ec2 } = await openDesk();
    const ask = (input: DescribeInstancesCommandInput) =>
      outcome(ec2.send(new DescribeInstancesCommand(input)));
    const all = await Promise.all(Array.from({ length: 60 }, () => ask({})));
    const paged = await Promise.all(Array.from({ length: 60 }, () => ask({ MaxResults: 1000 })));
    expect(all.filter((one) => one === 'done')).toHaveLength(50);
    expect(paged.filter((one) => one === 'done')).toHaveLength(60);
  });
});
