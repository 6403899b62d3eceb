import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEc2Client } from '../../../../../shared/adapters/aws/ec2/ec2-client.ts';
import { openEc2Client } from '../../../../support/ec2-ground.ts';
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
