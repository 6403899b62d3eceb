import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createWorld } from '../../support/world.ts';
import { loggedIn, openDesk, SERVER } from './call-command.ts';

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('login', () => {
  test('keeps server and token where only their owner reads them', async () => {
    const world = createWorld();
    const desk = await openDesk(world, { input: `${await world.token('student')}\n` });
    const { code, out } = await desk.call('login', `${SERVER}/`, '--token-file', '-');
    expect({ code, out: out.replace(/\d{4}-.*Z/, 'LATER') }).toEqual({
      code: 0,
      out: `Logged in to ${SERVER} as ana (student), until LATER\n`,
    });
    expect(await modeOf(join(desk.home, '.slipway'))).toBe('700');
    expect(await modeOf(join(desk.home, '.slipway/config.json'))).toBe('600');
    expect(JSON.parse(await readFile(join(desk.home, '.slipway/config.json'), 'utf8')).server).toBe(SERVER);
  });

  test('closes a folder that was open to others', async () => {
    const world = createWorld();
    const desk = await openDesk(world);
    await mkdir(join(desk.home, '.slipway'));
    await chmod(join(desk.home, '.slipway'), 0o755);
    await desk.call('login', SERVER, '--token', await world.token('student'));
    expect(await modeOf(join(desk.home, '.slipway'))).toBe('700');
  });

  test('asks for the token where there is somebody to ask', async () => {
    const world = createWorld();
    const desk = await openDesk(world, { typed: [await world.token('operator')] });
    expect((await desk.call('login', SERVER)).code).toBe(0);
  });

  test('keeps nothing that opens nothing, and says nothing of the token', async () => {
    const desk = await openDesk(createWorld());
    const { code, err } = await desk.call('login', SERVER, '--token', 'not.a.token');
    expect(code).toBe(3);
    expect(err).not.toContain('not.a.token');
    await expect(stat(join(desk.home, '.slipway/config.json'))).rejects.toThrow('ENOENT');
  });

  test('with another server forgets the token and the lab of the one before', async () => {
    const world = createWorld();
    await world.keep();
    const desk = await loggedIn(world);
    await desk.call('ls');
    const file = join(desk.home, '.slipway/config.json');
    const config = JSON.parse(await readFile(file, 'utf8'));
    expect(config.lab).toHaveLength(26);
    await writeFile(file, JSON.stringify({ ...config, server: 'http://elsewhere.test' }));
    await desk.call('login', SERVER, '--token', await world.token('student'));
    expect(Object.keys(JSON.parse(await readFile(file, 'utf8'))).sort()).toEqual(['server', 'token']);
  });
});

describe('SLIPWAY_SERVER', () => {
  test('is never told the token that was kept for another server', async () => {
    const world = createWorld();
    const desk = await loggedIn(world);
    const asked: RequestInit[] = [];
    const elsewhere = await openDesk(world, {
      home: desk.home,
      env: { SLIPWAY_SERVER: 'http://elsewhere.test' },
      fetch: async (_, init) => {
        asked.push(init);
        return new Response('{}');
      },
    });
    expect((await elsewhere.call('ls')).code).toBe(3);
    expect(asked).toEqual([]);
  });

  test('with SLIPWAY_TOKEN needs no login, and keeps nothing', async () => {
    const world = createWorld();
    await world.keep();
    const env = { SLIPWAY_SERVER: SERVER, SLIPWAY_TOKEN: await world.token('student') };
    const desk = await openDesk(world, { env });
    expect((await desk.call('ls', '-q')).out).toBe('LINUXtips-01\nLINUXtips-02\nLINUXtips-03\n');
    await expect(stat(join(desk.home, '.slipway/config.json'))).rejects.toThrow('ENOENT');
  });
});

test('a config file that cannot be read is named, and nothing is done', async () => {
  const desk = await openDesk(createWorld());
  await mkdir(join(desk.home, '.slipway'));
  await writeFile(join(desk.home, '.slipway/config.json'), '{');
  expect(await desk.call('ls')).toMatchObject({ code: 3, err: expect.stringContaining('config.json') });
});
