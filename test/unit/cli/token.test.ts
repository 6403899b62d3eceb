import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createWorld } from '../../support/world.ts';
import { openDesk, SERVER } from './call-command.ts';

async function operatorsDesk() {
  const world = createWorld();
  const desk = await openDesk(world);
  await desk.call('login', SERVER, '--token', await world.token('operator'));
  return desk;
}

describe('token', () => {
  test('prints a token alone, which its holder logs in with', async () => {
    const desk = await operatorsDesk();
    const { code, out, err } = await desk.call('token', 'instructor', 'iris@school.example', '--for', '90d');
    expect(code, err).toBe(0);
    expect(out).toMatch(/^[\w.-]+\n$/);
    expect(err).toContain(`slipway login ${SERVER} --token-file FILE`);
    const file = join(desk.home, 'iris.token');
    await writeFile(file, out);
    const login = await desk.call('login', SERVER, '--token-file', file);
    expect(login.out).toContain('as iris@school.example (instructor), until ');
  });

  test('is good for twelve hours unless told', async () => {
    const desk = await operatorsDesk();
    const { out } = await desk.call('--json', 'token', 'student', 'ana@school.example');
    const [, claims = ''] = String(JSON.parse(out).token).split('.');
    const { iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'));
    expect(exp - iat).toBe(12 * 3600);
  });

  test('tells which roles there are, and who may not give one', async () => {
    const desk = await operatorsDesk();
    const { code, err } = await desk.call('token', 'teacher', 'iris@school.example');
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('instructor') });
    const mine = await desk.call('token', 'instructor', 'iris@school.example');
    await desk.call('login', SERVER, '--token', mine.out.trim());
    const refused = await desk.call('token', 'instructor', 'eve@school.example');
    expect(refused.code).not.toBe(0);
    expect(refused.err).toContain('ask an operator');
  });
});
