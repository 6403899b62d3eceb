import { describe, expect, test } from 'vitest';
import { createWorld } from '../../support/world.ts';
import { keepLabWithKeys, loggedIn, openDesk, SERVER } from './call-command.ts';

describe('the exit code is', () => {
  test('0 where it was done', async () => {
    const world = createWorld();
    await world.keep();
    expect((await (await loggedIn(world)).call('status', 'LINUXtips-01')).code).toBe(0);
  });

  test('1 where it could not be done, docker-machine’s words on standard error alone', async () => {
    const world = createWorld();
    await world.keep();
    const desk = await loggedIn(world, { program: 'docker-machine' });
    expect(await desk.call('ip', 'm9')).toEqual({
      code: 1,
      out: '',
      err: 'Docker machine "m9" does not exist. Use "docker-machine ls" to list machines. Use "docker-machine create" to add a new one.\n',
    });
  });

  test.each([
    [['nonsense']],
    [['lss']],
    [['node']],
    [['node', 'nonsense']],
    [['ls', '--nonsense']],
    [['env', '--shell', 'nonsense', 'm1']],
    [['--as', 'nonsense', 'ls']],
    [['--nonsense', 'ls']],
    [['swarm', 'token', 'nonsense']],
    [['service', 'scale', 'web']],
    [['extend', 'long']],
    [['create']],
    [['create', 'swarm', '--hours', 'many']],
    [['login', 'nonsense']],
    [['completion', 'nonsense']],
    [[]],
  ])('2 where it was not understood: %j', async (args) => {
    const desk = await loggedIn(createWorld());
    expect((await desk.call(...args)).code).toBe(2);
  });

  test('3 where the server does not answer', async () => {
    const desk = await openDesk(undefined, { env: { SLIPWAY_SERVER: SERVER, SLIPWAY_TOKEN: 'x' } });
    const { code, err } = await desk.call('ls');
    expect(code).toBe(3);
    expect(err).toBe(`${SERVER} does not answer: connect ECONNREFUSED\n`);
  });

  test('3 where no server or no token is known, with what to do', async () => {
    expect(await (await openDesk()).call('ls')).toMatchObject({
      code: 3,
      err: expect.stringContaining('slipway login'),
    });
    const desk = await openDesk(createWorld(), { env: { SLIPWAY_SERVER: SERVER } });
    expect(await desk.call('ls')).toMatchObject({ code: 3, err: expect.stringContaining('slipway login') });
  });

  test('3 where the token is no good', async () => {
    const desk = await openDesk(createWorld(), { env: { SLIPWAY_SERVER: SERVER, SLIPWAY_TOKEN: 'x.y.z' } });
    expect((await desk.call('ls')).code).toBe(3);
  });

  test('1 where the API refuses, in its own words', async () => {
    const desk = await loggedIn(createWorld());
    const { code, err } = await desk.call('create', 'swarmm');
    expect(code).toBe(1);
    expect(err).toContain('swarm');
  });

  test('the program’s own where it ran one', async () => {
    const world = createWorld();
    await keepLabWithKeys(world);
    expect((await (await loggedIn(world, { programs: 7 })).call('ssh', 'LINUXtips-01', 'false')).code).toBe(
      7,
    );
  });
});
