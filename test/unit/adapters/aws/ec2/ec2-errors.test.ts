import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AmazonEc2Driver } from '../../../../../shared/adapters/aws/ec2/amazonec2-driver.ts';
import { ec2Error } from '../../../../../shared/adapters/aws/ec2/ec2-errors.ts';
import { SlipwayError } from '../../../../../shared/core/errors.ts';
import { openEc2Driver } from '../../../../support/ec2-ground.ts';
import { aLauncher } from '../../../../support/ec2-launches.ts';
import { type FakeEc2, startFakeEc2 } from '../../../../support/fake-ec2/start-fake-ec2.ts';

describe('an error of EC2', () => {
  let fake: FakeEc2;
  let driver: AmazonEc2Driver;
  beforeAll(async () => {
    fake = await startFakeEc2({ requestLimits: { start: 'off' }, times: { pendingMs: 0 } });
    driver = openEc2Driver(fake);
  });
  afterAll(() => fake.close());

  const failed = async (work: Promise<unknown>): Promise<SlipwayError> => {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(SlipwayError);
    expect((error as SlipwayError).code).toBe('driver_failed');
    return error as SlipwayError;
  };

  test.each([
    ['InsufficientInstanceCapacity', 500, 'short', true],
    ['Unsupported', 400, 'short', true],
    ['InsufficientFreeAddressesInSubnet', 400, 'short', true],
    ['MaxSpotInstanceCountExceeded', 400, 'short', true],
    ['SpotMaxPriceTooLow', 400, 'short', true],
    ['AuthFailure.ServiceLinkedRoleCreationNotPermitted', 403, 'short', true],
    ['VcpuLimitExceeded', 400, 'quota', true],
    ['InstanceLimitExceeded', 400, 'quota', true],
    ['RequestLimitExceeded', 503, 'throttled', true],
    ['Throttling', 400, 'throttled', true],
    ['IncorrectInstanceState', 400, 'busy', true],
    ['InvalidGroup.NotFound', 400, 'busy', true],
    ['IdempotentParameterMismatch', 400, 'refused', false],
    ['InvalidParameterValue', 400, 'refused', false],
    ['UnauthorizedOperation', 403, 'refused', false],
    ['InvalidAMIID.NotFound', 400, 'refused', false],
    ['InternalError', 500, undefined, true],
    ['Unavailable', 503, undefined, true],
    ['NobodyKnowsThisOne', 400, 'refused', false],
    ['NobodyKnowsThisOne', 502, undefined, true],
    ['RequestExpired', 400, undefined, true],
  ])('%s (HTTP %i) at a launch is %s', async (code, status, reason, retryable) => {
    // Each on a driver of its own: what was short is remembered.
    const { launch } = await aLauncher(driver);
    const planned = await launch();
    fake.failNext('RunInstances', { code, status, message: 'EC2 says why' });
    const calls = fake.calls('RunInstances').length;
    const error = await failed(driver.create(planned));
    expect(error.facts).toMatchObject({ code });
    expect([error.facts.reason, error.retryable]).toEqual([reason, retryable]);
    expect(error.message).toContain('amazonec2: ');
    // The SDK would have asked three times within 78 ms.
    expect(fake.calls('RunInstances').length - calls).toBe(1);
  });

  test('that is no answer at all may pass', async () => {
    const { launch } = await aLauncher(driver);
    const planned = await launch();
    fake.failNext('RunInstances', { cut: true });
    expect(await failed(driver.create(planned))).toMatchObject({
      retryable: true,
      facts: { code: expect.any(String) },
    });
  });

  test('holds neither the request, with its signature and tokens, nor AWS’s ciphers', async () => {
    const { launch } = await aLauncher(driver);
    const planned = await launch();
    fake.failNext('RunInstances', {
      code: 'UnauthorizedOperation',
      status: 403,
      message: 'You are not authorized. Encoded authorization failure message: AbCdEf0123',
    });
    const error = await failed(driver.create(planned));
    const all = JSON.stringify([
      error,
      error.cause,
      error.message,
      (error.cause as Error).message,
      error.stack,
    ]);
    expect(all).toContain('You are not authorized.');
    for (const secret of ['AbCdEf0123', 'AWS4-HMAC', 'UserData', planned.machines[0]?.token ?? '']) {
      expect(all).not.toContain(secret);
    }
    expect(error.facts.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('that is too many calls is waited for by each a little longer than by another', () => {
    const throttled = () =>
      ec2Error('list', Object.assign(new Error('slow down'), { name: 'RequestLimitExceeded' })).facts
        .afterSeconds;
    const waits = Array.from({ length: 50 }, throttled).map(Number);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...waits)).toBeLessThanOrEqual(4);
    expect(new Set(waits).size).toBeGreaterThan(10);
  });

  test('of the missing spot role tells the operator what to run', () => {
    const name = 'AuthFailure.ServiceLinkedRoleCreationNotPermitted';
    const error = ec2Error('launch', Object.assign(new Error('no'), { name }));
    expect(error.message).toContain(
      'aws iam create-service-linked-role --aws-service-name spot.amazonaws.com',
    );
  });
});
