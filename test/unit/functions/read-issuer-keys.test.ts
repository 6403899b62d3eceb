import { exportJWK, generateKeyPair } from 'jose';
import { describe, expect, test } from 'vitest';
import { readIssuerKeys } from '../../../functions/tick/read-issuer-keys.ts';

const URL_OF_IT = 'https://login.example.org/school';
const { publicKey } = await generateKeyPair('ES256', { extractable: true });
const jwk = { ...(await exportJWK(publicKey)), kid: '1', alg: 'ES256' };
const discovery = { issuer: URL_OF_IT, jwks_uri: 'https://login.example.org/keys' };

/** An issuer on the internet, as `fetch` sees it. */
function issuer(documents: Record<string, unknown>): { ask: typeof fetch; asked: RequestInit[] } {
  const asked: RequestInit[] = [];
  const ask = (async (url: string, init: RequestInit) => {
    asked.push(init);
    const document = documents[String(url)];
    if (document === undefined) return new Response('no', { status: 404 });
    return new Response(typeof document === 'string' ? document : JSON.stringify(document));
  }) as unknown as typeof fetch;
  return { ask, asked };
}

const whole = (keys: unknown, over: object = {}) => ({
  [`${URL_OF_IT}/.well-known/openid-configuration`]: { ...discovery, ...over },
  'https://login.example.org/keys': keys,
});

describe('the keys of an OIDC issuer', () => {
  test('are found by its discovery document; redirects are not followed, waits are bounded', async () => {
    const { ask, asked } = issuer(whole({ keys: [jwk] }));
    expect(JSON.parse(await readIssuerKeys(URL_OF_IT, ask))).toEqual({ keys: [jwk] });
    expect(asked).toHaveLength(2);
    for (const { redirect, signal } of asked) {
      expect(redirect).toBe('error');
      expect(signal).toBeInstanceOf(AbortSignal);
    }
  });

  test('are its public ones only: a symmetric or private key is left out', async () => {
    const secret = { kty: 'oct', k: 'c2VjcmV0' };
    const { ask } = issuer(whole({ keys: [secret, { ...jwk, d: 'private' }, jwk, 'nonsense'] }));
    expect(JSON.parse(await readIssuerKeys(URL_OF_IT, ask))).toEqual({ keys: [jwk] });
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['is not there', {}, /status 404/],
    ['is another issuer’s', whole({ keys: [jwk] }, { issuer: 'https://evil.example' }), /of the issuer/],
    ['sends us over plain HTTP', whole({ keys: [jwk] }, { jwks_uri: 'http://169.254.169.254/' }), /https/],
    ['has no public key', whole({ keys: [{ kty: 'oct', k: 'YQ' }] }), /no public key/],
    ['has too many keys', whole({ keys: Array(51).fill(jwk) }), /at most 50/],
    ['is huge', whole(`{"keys":[${'1,'.repeat(40_000)}1]}`), /over 64 KiB/],
    ['is no JSON', whole('<html>'), /JSON/],
  ])('cannot be used where its answer %s', async (_what, documents, reason) => {
    const { ask } = issuer(documents);
    await expect(readIssuerKeys(URL_OF_IT, ask)).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringMatching(reason),
    });
  });
});
