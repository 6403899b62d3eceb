import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import { verifyToken } from '../../../shared/service/tokens.ts';
import { START } from '../../support/builders.ts';
import { createWorld, type World } from '../../support/world.ts';

const url = 'https://login.example.org';
const now = START / 1000;
const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
const stranger = await generateKeyPair('RS256');
const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: '1', alg: 'RS256' }] });
const claims = {
  iss: url,
  aud: 'slipway',
  sub: 'ana@school.example',
  slipway_role: 'student',
  exp: now + 600,
};

let world: World;
let known: string | undefined;
beforeEach(() => {
  world = createWorld();
  known = keys;
});

const sign = (payload: object, key = privateKey) =>
  new SignJWT({ ...payload }).setProtectedHeader({ alg: 'RS256', kid: '1' }).sign(key);
const verify = (token: string) =>
  verifyToken({ ...world.deps, issuer: { url, audience: 'slipway', keys: async () => known } }, token);

describe('a token of the OIDC issuer', () => {
  test.each(['student', 'instructor'])('is taken, with its subject and its role %s', async (role) => {
    const caller = await verify(await sign({ ...claims, slipway_role: role }));
    expect(caller).toEqual({ subject: 'ana@school.example', role });
  });

  test('leaves our own tokens what they are', async () => {
    expect(await verify(await world.token('operator', 'eve'))).toEqual({ subject: 'eve', role: 'operator' });
  });

  test('cannot be checked, and may be sent again, before its issuer’s keys are known', async () => {
    known = undefined;
    await expect(verify(await sign(claims))).rejects.toMatchObject({
      code: 'store_unavailable',
      retryable: true,
    });
  });

  const hostile: [string, () => Promise<string>, RegExp][] = [
    ['is not signed', async () => new UnsecuredJWT(claims).encode(), /algorithm/],
    [
      'is signed by HS256 with the public key for a secret',
      async () =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', kid: '1' })
          .sign(Buffer.from(await exportSPKI(publicKey))),
      /algorithm/,
    ],
    ['is signed with another key', () => sign(claims, stranger.privateKey), /not signed by its issuer/],
    ['is for another audience', () => sign({ ...claims, aud: 'other' }), /"aud"/],
    ['has expired', () => sign({ ...claims, exp: now - 60 }), /expired/],
    ['never expires', () => sign({ ...claims, exp: undefined }), /"exp"/],
    ['has no role', () => sign({ ...claims, slipway_role: undefined }), /"slipway_role"/],
    ['would make an operator', () => sign({ ...claims, slipway_role: 'operator' }), /neither student nor/],
    ['has a list for a role', () => sign({ ...claims, slipway_role: ['student'] }), /neither student nor/],
    ['has a subject that cannot own labs', () => sign({ ...claims, sub: 'auth0|1 2' }), /subject/],
    ['has a role of ours only', () => sign({ ...claims, slipway_role: undefined, role: 'operator' }), /role/],
    [
      'claims another issuer, which is none of ours',
      () => sign({ ...claims, iss: 'https://evil.example' }),
      /algorithm/,
    ],
  ];
  test.each(hostile)('is refused when it %s', async (_what, make, reason) => {
    await expect(verify(await make())).rejects.toMatchObject({
      code: 'unauthenticated',
      message: expect.stringMatching(reason),
    });
  });

  test('is nobody’s where no issuer is set', async () => {
    await expect(verifyToken(world.deps, await sign(claims))).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });
});
