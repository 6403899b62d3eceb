import { SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { learnedImage } from '../../../functions/reconcile/learned-image.ts';
import { keepOperatorKey } from '../../../functions/tick/keep-operator-key.ts';
import { learnImages } from '../../../functions/tick/learn-images.ts';
import { AMAZON_LINUX_2023, findImages } from '../../../shared/adapters/aws/ec2/find-image.ts';
import { SecureParameter } from '../../../shared/adapters/aws/secure-parameter.ts';
import { DynamoSettingsStore } from '../../../shared/adapters/dynamo/dynamo-settings-store.ts';
import { quietSdk } from '../../../shared/core/config.ts';
import { verifyToken } from '../../../shared/service/tokens.ts';
import { CREDENTIALS } from '../../support/ec2-ground.ts';
import { emptyStore } from '../../support/embedded-stores.ts';
import { type FakeEc2, startFakeEc2 } from '../../support/fake-ec2/start-fake-ec2.ts';
import { createWorld, type World } from '../../support/world.ts';

quietSdk();
const DAY_SECONDS = 86_400;
const NAME = '/slipway/test/operator-key';
let account: FakeEc2;
let world: World;
beforeEach(async () => {
  account = await startFakeEc2();
  world = createWorld();
});
afterEach(() => account.close());

function openSsmClient({ endpoint, region }: FakeEc2): SSMClient {
  return new SSMClient({ endpoint, region, credentials: CREDENTIALS, maxAttempts: 1 });
}

describe('the operator’s key', () => {
  const keep = () => keepOperatorKey(world.deps, place());
  const place = () => new SecureParameter(openSsmClient(account), NAME);
  const kept = async () => (await place().read()) ?? '';

  test('is made where there is none, is an operator’s, and is sealed', async () => {
    expect(await keep()).toBe('made');
    expect(await verifyToken(world.deps, await kept())).toEqual({ subject: 'operator', role: 'operator' });
    const [put] = account.calls('PutParameter');
    expect(put?.parameters).toMatchObject({ Type: 'SecureString', Overwrite: 'false' });
  });

  test('is one, whichever of two ticks at once is first', async () => {
    const outcomes = await Promise.all([keep(), keep()]);
    expect(outcomes).toContain('made');
    expect((await verifyToken(world.deps, await kept())).role).toBe('operator');
    expect(await keep()).toBe('kept');
  });

  test('stays as it is for eleven months, and is renewed a month before its end', async () => {
    await keep();
    const first = await kept();
    world.deps.clock.advance(330 * DAY_SECONDS);
    expect(await keep()).toBe('kept');
    world.deps.clock.advance(6 * DAY_SECONDS);
    expect(await keep()).toBe('renewed');
    expect(await kept()).not.toBe(first);
    expect((await verifyToken(world.deps, first)).role).toBe('operator');
  });

  test.each(['changeme', 'a.b.c'])('takes the place of what is none of ours: %s', async (stranger) => {
    account.setParameter(NAME, stranger);
    expect(await keep()).toBe('renewed');
    expect((await verifyToken(world.deps, await kept())).role).toBe('operator');
  });

  test('is not renewed because the signing key cannot be read just now', async () => {
    await keep();
    const first = await kept();
    const other = createWorld();
    other.deps.secrets.faults.failNext('get');
    await expect(keepOperatorKey(other.deps, place())).rejects.toThrow();
    expect(await kept()).toBe(first);
  });

  test('is in no error’s words when it cannot be written', async () => {
    account.failNext('PutParameter', { code: 'AccessDeniedException', status: 400 });
    const error = await keep().catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'store_unavailable' });
    expect(JSON.stringify([error, String(error), (error as Error).cause])).not.toContain('eyJ');
  });
});

describe('the images', () => {
  test('are learned for both architectures, and found by who cannot ask', async () => {
    const settings = await emptyStore(DynamoSettingsStore);
    const find = learnedImage(settings);
    await expect(find('x86_64')).rejects.toMatchObject({
      retryable: true,
      facts: { reason: 'busy', afterSeconds: 20 },
    });
    const ssm = openSsmClient(account);
    await learnImages(settings, findImages({ ssm, names: AMAZON_LINUX_2023, clock: world.deps.clock }));
    expect(await find('x86_64')).toMatch(/^ami-/);
    expect(await find('arm64')).not.toBe(await find('x86_64'));
  });

  test('stay known when one of them cannot be found any more', async () => {
    const settings = await emptyStore(DynamoSettingsStore);
    await settings.save({ images: { arm64: 'ami-0123456789abcdef0' } });
    const names = { x86_64: 'ami-0aaaaaaaaaaaaaaaa', arm64: '/gone' };
    const find = findImages({ ssm: openSsmClient(account), names, clock: world.deps.clock });
    await expect(learnImages(settings, find)).rejects.toThrow(/gone/);
    expect((await settings.load()).images).toEqual({
      x86_64: 'ami-0aaaaaaaaaaaaaaaa',
      arm64: 'ami-0123456789abcdef0',
    });
  });
});
