import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEc2Client } from '../../../../../shared/adapters/aws/ec2/ec2-client.ts';
import type { Pace } from '../../../../../shared/adapters/aws/ec2/pace.ts';
import { SlipwayError } from '../../../../../shared/core/errors.ts';
import { openEc2Client, openEc2Driver } from '../../../../support/ec2-ground.ts';
import { aLauncher } from '../../../../support/ec2-launches.ts';
import { type FakeEc2, startFakeEc2 } from '../../../../support/fake-ec2/start-fake-ec2.ts';

describe('the EC2 client', () => {
  let fake: FakeEc2;
  beforeAll(async () => {
    fake = await startFakeEc2({ requestLimits: { start: 'off' } });
  });
  afterAll(() => fake.close());

  test('asks once, whatever the answer', async () => {
    fake.failNext('DescribeInstances', { code: 'InternalError', status: 500 });
    await expect(openEc2Client(fake).send(new DescribeInstancesCommand({}))).rejects.toThrow();
    expect(fake.calls('DescribeInstances')).toHaveLength(1);
  });

  test('has every call wait for its pace, with the number of instances that it is about', async () => {
    const asked: string[] = [];
    const pace: Pace = {
      before: async (api, units) => void asked.push(`${api} ${units}`),
      throttled: async (api) => void asked.push(`${api} throttled`),
    };
    const driver = openEc2Driver(fake, { pace });
    const { labId, launch } = await aLauncher(driver);
    asked.length = 0;
    const planned = await launch();
    fake.failNext('RunInstances', { code: 'RequestLimitExceeded', status: 503 });
    await expect(driver.create(planned)).rejects.toThrow();
    await driver.create(planned);
    await driver.remove(labId, ['m1', 'm2']);
    expect(asked).toEqual([
      'DescribeImages 1',
      'DescribeInstances 1',
      'RunInstances 3',
      'RunInstances throttled',
      'DescribeInstances 1',
      'RunInstances 3',
      'DescribeInstances 1',
      'TerminateInstances 2',
    ]);
  });

  test('throws what its pace throws, and asks EC2 nothing', async () => {
    const full = new SlipwayError('driver_failed', 'no slot for 40 s', { facts: { reason: 'throttled' } });
    const driver = openEc2Driver(fake, {
      pace: { before: () => Promise.reject(full), throttled: async () => {} },
    });
    const before = fake.calls().length;
    await expect(driver.list()).rejects.toBe(full);
    expect(fake.calls()).toHaveLength(before);
  });

  test('asks over IPv6 where it has no other way out, and by its own endpoint in tests alone', async () => {
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const hostOf = async (dualStack: boolean) => {
      const ec2 = createEc2Client({ region: 'us-east-1', credentials, dualStack });
      let host = '';
      ec2.middlewareStack.add(
        () =>
          async ({ request }) => {
            host = (request as { hostname: string }).hostname;
            throw new Error('far enough');
          },
        { step: 'finalizeRequest', priority: 'low' },
      );
      await ec2.send(new DescribeInstancesCommand({})).catch(() => {});
      return host;
    };
    expect(await hostOf(true)).toBe('ec2.us-east-1.api.aws');
    expect(await hostOf(false)).toBe('ec2.us-east-1.amazonaws.com');
  });

  test('gives up on what is never answered', async () => {
    const { requestHandler } = createEc2Client({ region: 'us-east-1' }).config;
    const { connectionTimeout, requestTimeout, throwOnRequestTimeout } = await (
      requestHandler as unknown as { configProvider: Promise<Record<string, unknown>> }
    ).configProvider;
    expect([connectionTimeout, requestTimeout, throwOnRequestTimeout]).toEqual([3_000, 20_000, true]);
  });
});
