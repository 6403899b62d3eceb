import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readUsage } from '../../../../../shared/adapters/aws/ec2/account-usage.ts';
import {
  architectureOf,
  isBurstable,
  memoryMiBOf,
  vcpusOf,
} from '../../../../../shared/adapters/aws/ec2/instance-type.ts';
import { readQuotas } from '../../../../../shared/adapters/aws/ec2/quotas.ts';
import { openEc2Client, openEc2Driver } from '../../../../support/ec2-ground.ts';
import { aLauncher } from '../../../../support/ec2-launches.ts';
import { INSTANCE_TYPES } from '../../../../support/fake-ec2/catalogue/instance-types.ts';
import { type FakeEc2, startFakeEc2 } from '../../../../support/fake-ec2/start-fake-ec2.ts';

describe('what an account may have and has', () => {
  let fake: FakeEc2;
  let quotas: ServiceQuotasClient;
  beforeAll(async () => {
    fake = await startFakeEc2({ requestLimits: { start: 'off' } });
    quotas = new ServiceQuotasClient({
      endpoint: fake.endpoint,
      region: fake.region,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      maxAttempts: 1,
    });
  });
  afterAll(() => fake.close());

  test('are read from Service Quotas', async () => {
    fake.setQuotas({ onDemandVcpus: 600, spotVcpus: 64, securityGroups: 2500 });
    expect(await readQuotas(quotas)).toEqual({ onDemandVcpus: 600, spotVcpus: 64, securityGroups: 2500 });
    fake.failNext('GetServiceQuota', { code: 'TooManyRequestsException', status: 429 });
    await expect(readQuotas(quotas)).rejects.toMatchObject({ facts: { reason: 'throttled' } });
  });

  test('count whoever runs what, by market, without what is stopped or has quotas of its own', async () => {
    const ec2 = openEc2Client(fake);
    const before = (await readUsage(ec2, 'test')).all;
    fake.addForeign({ type: 'm6i.xlarge', count: 3 });
    fake.addForeign({ type: 'c7g.medium', count: 2, market: 'spot' });
    const driver = openEc2Driver(fake);
    const { labId, launch } = await aLauncher(driver);
    await driver.create(await launch());
    const after = await readUsage(ec2, 'test');
    expect(after.all).toEqual({
      onDemandVcpus: before.onDemandVcpus + 12 + 6,
      spotVcpus: before.spotVcpus + 2,
      securityGroups: before.securityGroups + 1,
    });
    expect(after.byLab).toEqual(new Map([[labId, { onDemandVcpus: 6, spotVcpus: 0, securityGroups: 1 }]]));
    expect((await readUsage(ec2, 'another')).byLab).toEqual(new Map());
    await driver.remove(labId, ['m1', 'm2', 'm3']);
    expect((await readUsage(ec2, 'test')).all.onDemandVcpus).toBe(before.onDemandVcpus + 12);
    fake.failNext('DescribeInstances', { status: 503, code: 'Unavailable' });
    await expect(readUsage(ec2, 'test')).rejects.toMatchObject({ code: 'driver_failed', retryable: true });
  });
});

describe('the name of an instance type', () => {
  test.each([...INSTANCE_TYPES.values()])('$name tells vCPUs, memory, architecture and credits', (type) => {
    expect(memoryMiBOf(type.name)).toBe(type.memoryMib);
    expect([vcpusOf(type.name), architectureOf(type.name), isBurstable(type.name)]).toEqual([
      type.vcpus,
      type.architecture,
      type.burstable,
    ]);
  });

  test('tells no memory where families of its letter differ, nor of bare metal', () => {
    expect(['c4.large', 'm3.medium', 'g5.xlarge', 'm5.metal', 'x'].map(memoryMiBOf)).toEqual(
      Array.from({ length: 5 }),
    );
  });

  test('tells no vCPUs of bare metal; a1, im4gn and c6gn are arm64, g5 and m5 are not', () => {
    expect(vcpusOf('m5.metal')).toBeUndefined();
    expect(['a1.medium', 'im4gn.large', 'c6gn.large', 'g5.xlarge', 'm5.large'].map(architectureOf)).toEqual([
      'arm64',
      'arm64',
      'arm64',
      'x86_64',
      'x86_64',
    ]);
  });
});
