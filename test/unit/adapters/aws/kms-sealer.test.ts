import { KMSClient } from '@aws-sdk/client-kms';
import { afterAll, expect, test } from 'vitest';
import { KmsSealer } from '../../../../shared/adapters/aws/kms-sealer.ts';
import { sealerContract } from '../../../contract/sealer-contract.ts';
import { startFakeKms } from '../../../support/fake-aws/fake-kms.ts';

const keyId = 'arn:aws:kms:eu-west-1:123456789012:key/1';
const kms = await startFakeKms(keyId);
afterAll(() => kms.close());

function sealerOf({ deployment = 'school', key = keyId, endpoint = kms.endpoint } = {}): KmsSealer {
  const client = new KMSClient({
    region: 'eu-west-1',
    endpoint,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
  return new KmsSealer(client, { keyId: key, deployment });
}

sealerContract('KMS', async () => sealerOf());

test('an empty secret and the longest that KMS takes come back whole', async () => {
  for (const plain of ['', 'x'.repeat(4095)]) {
    const sealed = await sealerOf().seal(plain, { scope: 'lab', purpose: 'ca' });
    expect(await sealerOf().open(sealed, { scope: 'lab', purpose: 'ca' })).toBe(plain);
  }
  await expect(sealerOf().seal('x'.repeat(4096), { scope: 'lab', purpose: 'ca' })).rejects.toMatchObject({
    code: 'too_large',
  });
});

test('what one deployment sealed does not open for another', async () => {
  const sealed = await sealerOf().seal('secret', { scope: 'lab', purpose: 'ca' });
  const other = sealerOf({ deployment: 'other' });
  await expect(other.open(sealed, { scope: 'lab', purpose: 'ca' })).rejects.toMatchObject({
    code: 'internal',
    message: 'KMS refuses: InvalidCiphertextException',
  });
});

test('a KMS that does not answer may be asked again; one that refuses may not', async () => {
  const away = sealerOf({ endpoint: 'http://127.0.0.1:9' });
  await expect(away.seal('secret', { scope: 'lab', purpose: 'ca' })).rejects.toMatchObject({
    code: 'store_unavailable',
    retryable: true,
  });
  const wrongKey = sealerOf({ key: 'another' });
  await expect(wrongKey.seal('secret', { scope: 'lab', purpose: 'ca' })).rejects.toMatchObject({
    code: 'internal',
    retryable: false,
    message: expect.not.stringContaining('secret'),
  });
});
