import { SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  AMAZON_LINUX_2023,
  findImages,
  type ImageNames,
  UBUNTU_24_04,
} from '../../../../../shared/adapters/aws/ec2/find-image.ts';
import { openEc2Driver } from '../../../../support/ec2-ground.ts';
import { aLauncher } from '../../../../support/ec2-launches.ts';
import { type FakeEc2, startFakeEc2 } from '../../../../support/fake-ec2/start-fake-ec2.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

const X86_PARAMETER = AMAZON_LINUX_2023.x86_64;

describe('images', () => {
  let fake: FakeEc2;
  let clock: ManualClock;
  beforeEach(async () => {
    clock = new ManualClock(Date.UTC(2026, 10, 1));
    fake = await startFakeEc2({ clock });
  });
  afterEach(() => fake.close());

  const find = (names: ImageNames) => {
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const ssm = new SSMClient({ endpoint: fake.endpoint, region: fake.region, credentials, maxAttempts: 1 });
    return findImages({ ssm, names, clock });
  };

  test('are found by the makers’ own parameters, for either architecture', async () => {
    for (const names of [AMAZON_LINUX_2023, UBUNTU_24_04]) {
      const ids = await Promise.all([find(names)('x86_64'), find(names)('arm64')]);
      expect(new Set(ids).size).toBe(2);
      for (const id of ids) expect(id).toMatch(/^ami-[0-9a-f]+$/);
    }
  });

  test('are asked for once an hour, by however many at once; one that is named by its id never', async () => {
    const findImage = find({ ...AMAZON_LINUX_2023, arm64: 'ami-0123456789abcdef0' });
    expect(await findImage('arm64')).toBe('ami-0123456789abcdef0');
    const before = await Promise.all([findImage('x86_64'), findImage('x86_64')]);
    fake.setParameter(X86_PARAMETER, 'ami-0a00000000000ffff');
    expect(await findImage('x86_64')).toBe(before[0]);
    expect(fake.calls('GetParameter')).toHaveLength(1);
    clock.advance(3600);
    expect(await findImage('x86_64')).toBe('ami-0a00000000000ffff');
  });

  test('that could not be read are asked for again', async () => {
    const findImage = find(AMAZON_LINUX_2023);
    fake.failNext('GetParameter', { code: 'ThrottlingException', status: 400 });
    await expect(findImage('x86_64')).rejects.toMatchObject({ facts: { reason: 'throttled' } });
    expect(await findImage('x86_64')).toMatch(/^ami-/);
  });

  test('that are not set, not there or no images are refused in words', async () => {
    await expect(find({})('arm64')).rejects.toThrow('no image is set for arm64');
    await expect(find({ arm64: '/no/such' })('arm64')).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining('the SSM parameter /no/such'),
    });
    fake.setParameter('/mine', 'latest');
    await expect(find({ arm64: '/mine' })('arm64')).rejects.toThrow("/mine: it holds no image's id");
  });

  test('of another architecture than the type, or gone, fail the plan in words', async () => {
    const driver = openEc2Driver(fake, { clock });
    const { plan } = await aLauncher(driver);
    fake.setParameter(X86_PARAMETER, await find(UBUNTU_24_04)('arm64'));
    await expect(plan()).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining('is for arm64, the instance type is x86_64'),
    });
    clock.advance(3600);
    fake.setParameter(X86_PARAMETER, 'ami-0a00000000000ffff');
    await expect(plan()).rejects.toMatchObject({ retryable: false, facts: { reason: 'refused' } });
    clock.advance(3600);
    // Ubuntu's root device has another name.
    fake.setParameter(X86_PARAMETER, await find(UBUNTU_24_04)('x86_64'));
    expect(await plan()).toMatchObject({ device: '/dev/sda1', diskGb: '12' });
  });
});
