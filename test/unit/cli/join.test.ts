import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type DeskOptions, SERVER } from './call-command.ts';
import { type Asked, deskWithAnswers } from './fake-api.ts';

const CODE = '0123456789abcdefghjkmnpqrs';
const LINK = `${SERVER}/join#${CODE}`;

const bare = { SLIPWAY_SERVER: undefined, SLIPWAY_TOKEN: undefined };

/** A school that gives token-1, token-2 … for the code, of which those named open nothing any more. */
async function school(options: DeskOptions = {}) {
  const dead = new Set<string>();
  const state = { joins: 0, codeIsGood: true };
  const isRefused = ({ headers }: Asked) => dead.has(headers.get('Authorization') ?? '');
  const desk = await deskWithAnswers(
    {
      'POST /v1/join': ({ body }) => {
        const isGood = state.codeIsGood && (body as { code: string }).code === CODE;
        if (!isGood)
          return { status: 401, body: { code: 'unauthenticated', detail: 'this code opens nothing' } };
        state.joins += 1;
        return {
          body: {
            token: `token-${state.joins}`,
            role: 'student',
            subject: 'ana@s.example',
            class: 'docker-2026',
            expiresAt: '2026-12-02T06:00:00.000Z',
            allowFrom: ['192.0.2.1/32'],
          },
        };
      },
      'GET /v1/labs.*': (asked) =>
        isRefused(asked)
          ? { status: 401, body: { code: 'unauthenticated', detail: 'the token is no good: it expired' } }
          : { body: { items: [] } },
    },
    { env: bare, ...options },
  );
  return { desk, dead, state };
}

async function configOf(home: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(home, '.slipway/config.json'), 'utf8'));
}

describe('login with a join link', () => {
  test.each([
    [['login', LINK]],
    [['login', '--code', LINK]],
    [['login', SERVER, '--code', CODE]],
    [['login', `${SERVER}/`, '--code', LINK]],
    [['login', '--code', ` ${CODE.slice(0, 13)} ${CODE.slice(13)}\n`, `${SERVER}/v1`]],
  ])('is understood in %j, and keeps the token but not the code', async (args) => {
    const { desk } = await school();
    const { code, out, err } = await desk.call(...args);
    expect(code, err).toBe(0);
    expect(out).toBe(
      `Logged in to ${SERVER} as ana@s.example (student of class docker-2026), until 2026-12-02T06:00:00.000Z\n`,
    );
    expect(err).toContain('--keep-code');
    expect(desk.asked.map(({ line, body }) => [line, body])).toEqual([['POST /v1/join', { code: CODE }]]);
    expect(desk.asked[0]?.headers.get('Authorization')).toBeNull();
    expect(await configOf(desk.home)).toEqual({ server: SERVER, token: 'token-1' });
  });

  test('is asked for where there is somebody, or read where there is a pipe', async () => {
    const asked = await school({ typed: [LINK] });
    expect((await asked.desk.call('login', '--code', '-')).code).toBe(0);
    const piped = await school({ input: `${LINK}\n` });
    expect((await piped.desk.call('login', '--code', '-')).code).toBe(0);
  });

  test.each([
    [['login', '--code', 'http://elsewhere.test/join#x'], 'no join code'],
    [['login', 'http://elsewhere.test', '--code', LINK], 'elsewhere'],
    [['login', '--code', CODE], 'which server'],
    [['login', SERVER, '--code', `${SERVER}/join`], 'no join code'],
    [['login', LINK, '--token', 'x'], '--token'],
    [['login', SERVER, '--token', 'x', '--keep-code'], '--keep-code'],
  ])('is not understood in %j, and nobody is told the code', async (args, words) => {
    const { desk } = await school();
    const { code, err } = await desk.call(...args);
    expect(code).toBe(2);
    expect(err).toContain(words);
    expect(err).not.toContain(CODE);
    expect(desk.asked).toEqual([]);
  });

  test('that opens nothing ends with 3, and keeps nothing', async () => {
    const { desk, state } = await school();
    state.codeIsGood = false;
    expect(await desk.call('login', LINK)).toMatchObject({ code: 3, err: 'this code opens nothing\n' });
    await expect(stat(join(desk.home, '.slipway/config.json'))).rejects.toThrow('ENOENT');
  });
});

describe('a code that was kept', () => {
  test('is where only its owner reads it', async () => {
    const { desk } = await school();
    await desk.call('login', LINK, '--keep-code');
    expect(await configOf(desk.home)).toEqual({ server: SERVER, token: 'token-1', code: CODE });
    const { mode } = await stat(join(desk.home, '.slipway/config.json'));
    expect((mode & 0o777).toString(8)).toBe('600');
  });

  test('is exchanged by itself once the token has expired, once, and the new token is kept', async () => {
    const { desk, dead, state } = await school();
    await desk.call('login', LINK, '--keep-code');
    dead.add('Bearer token-1');
    expect((await desk.call('ls', '--all')).code).toBe(0);
    expect(await configOf(desk.home)).toMatchObject({ token: 'token-2', code: CODE });
    expect((await desk.call('ls', '--all')).code).toBe(0);
    expect(state.joins).toBe(2);
  });

  test('that opens nothing any more is told with its cure', async () => {
    const { desk, dead, state } = await school();
    await desk.call('login', LINK, '--keep-code');
    dead.add('Bearer token-1');
    state.codeIsGood = false;
    const { code, err } = await desk.call('ls', '--all');
    expect(code).toBe(3);
    expect(err).toContain('Ask your instructor for a new link');
    expect(err).not.toContain(CODE);
  });

  test('is not asked for over and over where even a new token is refused', async () => {
    const { desk, dead, state } = await school();
    await desk.call('login', LINK, '--keep-code');
    dead.add('Bearer token-1');
    dead.add('Bearer token-2');
    expect((await desk.call('ls', '--all')).code).toBe(3);
    expect(state.joins).toBe(2);
  });

  test('goes with the next login', async () => {
    const { desk } = await school();
    await desk.call('login', LINK, '--keep-code');
    await desk.call('login', SERVER, '--token', 'other');
    expect(await configOf(desk.home)).toEqual({ server: SERVER, token: 'other' });
  });

  test('is not used for a token of SLIPWAY_TOKEN', async () => {
    const { desk, dead, state } = await school();
    await desk.call('login', LINK, '--keep-code');
    desk.env.SLIPWAY_TOKEN = 'given';
    dead.add('Bearer given');
    const { code, err } = await desk.call('ls', '--all');
    expect(code).toBe(3);
    expect(err).toContain('slipway login --code LINK');
    expect(state.joins).toBe(1);
  });
});

test('without a kept code an expired token is told with both ways to log in again', async () => {
  const { desk, dead } = await school();
  await desk.call('login', LINK);
  dead.add('Bearer token-1');
  const { code, err } = await desk.call('ls', '--all');
  expect(code).toBe(3);
  expect(err).toMatch(/it expired\nLog in again: .*--code LINK/);
});
