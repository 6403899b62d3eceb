import { SignJWT, UnsecuredJWT } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import { signingKeys } from '../../../shared/service/signing-key.ts';
import { issueToken, verifyToken } from '../../../shared/service/tokens.ts';
import { anotherProcess } from '../../support/another-process.ts';
import { START } from '../../support/builders.ts';
import { MemorySecretStore } from '../../support/memory-secret-store.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const now = START / 1000;
const claims = {
  role: 'operator',
  sub: 'eve',
  iat: now,
  exp: now + 3600,
  iss: 'slipway/test',
  aud: 'slipway-api',
};
const key = async () => (await signingKeys(world.deps)).current.secret;
const sign = (payload: object, key: Uint8Array, alg = 'HS256') =>
  new SignJWT({ ...payload }).setProtectedHeader({ alg }).sign(key);

describe('a token that somebody brings', () => {
  test('is taken when we signed it just so', async () => {
    const token = await sign(claims, await key());
    expect(await verifyToken(world.deps, token)).toEqual({ subject: 'eve', role: 'operator' });
  });

  const forged: [string, () => Promise<string>, RegExp][] = [
    [
      'was signed with another key',
      () => sign(claims, new Uint8Array(32)),
      /was not signed by this deployment/,
    ],
    ['is not signed at all', async () => new UnsecuredJWT(claims).encode(), /algorithm is not HS256/],
    [
      'was signed by another algorithm with our key',
      async () => sign(claims, Buffer.concat([await key(), new Uint8Array(32)]), 'HS512'),
      /algorithm is not HS256/,
    ],
    [
      'was changed since',
      async () => {
        const [head, , tail] = (await world.token('student')).split('.');
        return [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), tail].join('.');
      },
      /was changed since/,
    ],
    [
      'has expired',
      async () => sign({ ...claims, exp: now }, await key()),
      /it expired at 2026-03-02T12:00:00.000Z/,
    ],
    ['never expires', async () => sign({ ...claims, exp: undefined }, await key()), /claim "exp"/],
    [
      'is another deployment’s',
      async () => sign({ ...claims, iss: 'slipway/other' }, await key()),
      /claim "iss"/,
    ],
    ['is for another service', async () => sign({ ...claims, aud: 'other' }, await key()), /claim "aud"/],
    [
      'has a role that is none',
      async () => sign({ ...claims, role: 'root' }, await key()),
      /subject or role is none of ours/,
    ],
    [
      'has a subject that could be part of another key',
      async () => sign({ ...claims, sub: 'a#b' }, await key()),
      /subject or role is none of ours/,
    ],
    ['is no token', async () => 'hello', /is no signed JWT/],
    ['is enormous', async () => 'x'.repeat(10_000), /longer than any token of ours/],
  ];

  test.each(forged)('is refused when it %s, in words, and is not repeated', async (_what, make, words) => {
    const token = await make();
    const { status, json, headers, text } = await world.ask('GET', '/v1/labs', {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect([status, json.code]).toEqual([401, 'unauthenticated']);
    expect(json.detail).toMatch(words);
    expect(headers.get('WWW-Authenticate')).toMatch(
      /^Bearer realm="slipway", error="invalid_token", error_description="[^"]+"$/,
    );
    expect(text).not.toContain(token);
  });

  test('must be there, and be a Bearer’s', async () => {
    const without = await world.ask('GET', '/v1/labs', { as: undefined });
    expect([without.status, without.headers.get('WWW-Authenticate')]).toEqual([
      401,
      'Bearer realm="slipway"',
    ]);
    for (const header of ['Basic YTpi', 'Bearer', 'Bearer a b', '']) {
      const { status, json } = await world.ask('GET', '/v1/labs', {
        as: undefined,
        headers: { Authorization: header },
      });
      expect([header, status, json.code]).toEqual([header, 401, 'unauthenticated']);
    }
    const lower = await world.ask('GET', '/v1/labs', {
      headers: { Authorization: `bearer ${await world.token('student')}` },
    });
    expect(lower.status).toBe(200);
  });
});

describe('a token that is asked for', () => {
  const request = { role: 'student', subject: 'bob@example.org', expiresIn: 'PT12H' };
  const create = (json: unknown, as: 'student' | 'instructor' | 'operator' = 'operator') =>
    world.ask('POST', '/v1/tokens', { json, as });

  test('is an operator’s to give, shown once, and works until its end', async () => {
    const { status, json, headers } = await create(request);
    expect(status).toBe(201);
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(json).toMatchObject({
      role: 'student',
      subject: 'bob@example.org',
      expiresAt: '2026-03-03T00:00:00.000Z',
    });
    const mine = () => world.ask('GET', '/v1/labs', { headers: { Authorization: `Bearer ${json.token}` } });
    world.deps.clock.advance(12 * 3600 - 1);
    expect((await mine()).status).toBe(200);
    world.deps.clock.advance(1);
    expect((await mine()).status).toBe(401);
  });

  test('is refused to an instructor with the reason, and to a student', async () => {
    const instructor = await create(request, 'instructor');
    expect([instructor.status, instructor.json.code]).toEqual([403, 'forbidden']);
    expect(instructor.json.detail).toContain('"bob@example.org" is in none');
    expect((await create({ ...request, role: 'operator' }, 'instructor')).json.detail).toContain(
      'not for the role operator',
    );
    const student = await create(request, 'student');
    expect([student.status, student.json.code]).toEqual([403, 'forbidden']);
  });

  test.each([
    [{ ...request, expiresIn: 'PT59S' }, '/expiresIn'],
    [{ ...request, expiresIn: 'P366D' }, '/expiresIn'],
    [{ ...request, expiresIn: 'P1Y' }, '/expiresIn'],
    [{ ...request, subject: 'a b' }, '/subject'],
    [{ ...request, subject: '' }, '/subject'],
    [{ ...request, role: 'admin' }, '/role'],
    [{ ...request, rol: 'student' }, '/rol'],
  ])('is refused with a pointer to what is wrong: %j', async (json, pointer) => {
    const answer = await create(json);
    expect(answer.status).toBe(422);
    expect(answer.json.errors.map((issue: { pointer: string }) => issue.pointer)).toEqual([pointer]);
  });
});

describe('the signing key', () => {
  test('is made once, though many ask first at once, in as many processes', async () => {
    const processes = Array.from({ length: 5 }, () => anotherProcess(world.deps));
    const keys = await Promise.all(processes.map(async (deps) => (await signingKeys(deps)).current));
    expect(new Set(keys.map(({ secret }) => Buffer.from(secret).toString('hex'))).size).toBe(1);
    expect(keys[0]?.secret).toHaveLength(32);
  });

  test('that could not be opened once is tried again', async () => {
    world.deps.secrets.faults.failNext('get');
    await expect(world.token('student')).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await world.token('student')).toMatch(/^ey/);
  });

  test('is not in the record in clear', async () => {
    const secrets = new MemorySecretStore();
    const { current } = await signingKeys({ ...world.deps, secrets });
    expect(await secrets.get('deployment', 'signing')).not.toContain(
      Buffer.from(current.secret).toString('base64url'),
    );
  });

  test('signs for nobody whose subject is none', async () => {
    const request = { role: 'student' as const, subject: 'a#b', expiresInSeconds: 60 };
    await expect(issueToken(world.deps, request)).rejects.toThrow();
  });
});
