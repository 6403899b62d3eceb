import { decodeProtectedHeader, SignJWT } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import { keepOperatorKey } from '../../../functions/tick/keep-operator-key.ts';
import { rotateSigningKey } from '../../../shared/service/rotate-signing-key.ts';
import { issueToken, verifyToken } from '../../../shared/service/tokens.ts';
import { anotherProcess } from '../../support/another-process.ts';
import { START } from '../../support/builders.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const rotate = () => world.ask('POST', '/v1/tokens/rotate', { as: 'operator' });
const aToken = async (deps = world.deps) =>
  (await issueToken(deps, { role: 'student', subject: 'ana', expiresInSeconds: 86_400 })).token;
const isTaken = async (token: string, deps = world.deps) =>
  await verifyToken(deps, token).then(
    () => true,
    () => false,
  );

describe('rotating the signing key', () => {
  test('logs nobody out, and makes an end of what was signed two rotations ago', async () => {
    const before = await aToken();
    const { status, json } = await rotate();
    expect(status).toBe(200);
    expect(json).toEqual({
      current: expect.stringMatching(/^[0-9a-f]{16}$/),
      previous: decodeProtectedHeader(before).kid,
    });
    const between = await aToken();
    expect(decodeProtectedHeader(between).kid).toBe(json.current);
    expect([await isTaken(before), await isTaken(between)]).toEqual([true, true]);
    await rotate();
    expect([await isTaken(before), await isTaken(between)]).toEqual([false, true]);
  });

  test('twice at once, in two processes, is one rotation: nobody is logged out by it', async () => {
    const before = await aToken();
    const names = await Promise.all(
      [world.deps, anotherProcess(world.deps), world.deps, anotherProcess(world.deps)].map(rotateSigningKey),
    );
    expect(new Set(names.map(({ current }) => current)).size).toBe(1);
    expect(await isTaken(before)).toBe(true);
    expect(await isTaken(before, anotherProcess(world.deps))).toBe(true);
  });

  test('is learned by other processes from the first token that they do not know', async () => {
    const other = anotherProcess(world.deps);
    const before = await aToken(other);
    world.deps.clock.advance(30);
    await rotate();
    const after = await aToken();
    expect(await isTaken(after, other)).toBe(true);
    expect(await isTaken(before, other)).toBe(true);
  });

  test('is known everywhere within five minutes: a key that was rotated out opens nothing more', async () => {
    const other = anotherProcess(world.deps);
    const before = await aToken(other);
    await rotate();
    await rotate();
    world.deps.clock.advance(299);
    expect(await isTaken(before, other)).toBe(true);
    world.deps.clock.advance(1);
    expect(await isTaken(before, other)).toBe(false);
  });

  test('does not have the records asked for every token that names a key of nobody’s', async () => {
    const stranger = await new SignJWT({ role: 'operator' })
      .setProtectedHeader({ alg: 'HS256', kid: 'f'.repeat(16) })
      .sign(new Uint8Array(32));
    await aToken();
    world.deps.clock.advance(10);
    let reads = 0;
    const { secrets } = world.deps;
    const get = secrets.get.bind(secrets);
    secrets.get = async (...place) => {
      reads += 1;
      return await get(...place);
    };
    for (let each = 0; each < 50; each += 1) expect(await isTaken(stranger)).toBe(false);
    expect(reads).toBe(1);
  });

  test('takes what was signed before keys had names, for as long as its key is good', async () => {
    const { secrets, sealer } = world.deps;
    const place = { scope: 'deployment', purpose: 'signing' } as const;
    const first = Buffer.alloc(32, 7);
    await secrets.putIfAbsent(
      place.scope,
      place.purpose,
      await sealer.seal(first.toString('base64url'), place),
    );
    const token = await new SignJWT({ role: 'student' })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer('slipway/test')
      .setAudience('slipway-api')
      .setSubject('ana')
      .setIssuedAt(START / 1000)
      .setExpirationTime(START / 1000 + 3600)
      .sign(first);
    expect(await isTaken(token)).toBe(true);
    await rotate();
    expect(await isTaken(token)).toBe(true);
    await rotate();
    expect(await isTaken(token)).toBe(false);
  });

  test('that the records do not take leaves the key as it was', async () => {
    const before = await aToken();
    world.deps.secrets.faults.failNext('replace');
    expect((await rotate()).status).toBe(503);
    expect(decodeProtectedHeader(await aToken()).kid).toBe(decodeProtectedHeader(before).kid);
  });
});

test('the operator’s kept key is signed anew after a rotation, and that one outlives the next', async () => {
  let kept: string | undefined;
  const place = {
    read: async () => kept,
    putIfAbsent: async (key: string) => {
      kept ??= key;
      return kept === key;
    },
    replace: async (key: string) => {
      kept = key;
    },
  };
  await keepOperatorKey(world.deps, place);
  expect(await keepOperatorKey(world.deps, place)).toBe('kept');
  await rotate();
  expect(await isTaken(kept ?? '')).toBe(true);
  expect(await keepOperatorKey(world.deps, place)).toBe('renewed');
  await rotate();
  expect(await isTaken(kept ?? '')).toBe(true);
});
