import { describe, expect, test } from 'vitest';
import { createWorld } from '../../support/world.ts';
import { type DeskOptions, keepLabWithKeys, loggedIn } from './call-command.ts';

async function ready(options: DeskOptions = {}) {
  const world = createWorld();
  const lab = await keepLabWithKeys(world);
  return { world, lab, desk: await loggedIn(world, options) };
}

const specOf = async ({ world, lab }: Awaited<ReturnType<typeof ready>>) =>
  (await world.deps.labs.load(lab.id))?.lab.spec;

describe('rm', () => {
  test.each([[['n']], [['']], [[]]])('with the answer %j removes nothing', async (typed) => {
    const here = await ready({ typed });
    expect(await here.desk.call('rm', 'LINUXtips-03')).toEqual({
      code: 0,
      out: 'About to remove LINUXtips-03\n',
      err: 'WARNING: This action will delete both local reference and remote instance.\nAre you sure? (y/n): ',
    });
    expect((await specOf(here))?.machines).toHaveLength(3);
  });

  test('removes none where one of the names is wrong', async () => {
    const here = await ready();
    expect((await here.desk.call('rm', '-y', 'LINUXtips-03', 'm9')).code).toBe(1);
    expect((await specOf(here))?.machines).toHaveLength(3);
  });
});

describe('stop', () => {
  test('of a manager that the majority needs is refused, and says how', async () => {
    const here = await ready();
    const { code, out, err } = await here.desk.call('stop', 'LINUXtips-01');
    expect({ code, out }).toEqual({ code: 1, out: 'Stopping "LINUXtips-01"...\n' });
    expect(err).toContain('--force');
    expect(err).not.toContain('?force');
  });

  test('start of one that runs says so, as docker-machine does', async () => {
    const { desk } = await ready();
    expect(await desk.call('start', 'LINUXtips-03')).toMatchObject({
      code: 0,
      out: expect.stringContaining(
        'Starting "LINUXtips-03"...\nMachine "LINUXtips-03" is already running.\n',
      ),
    });
  });
});

test('without a name several machines are not guessed from', async () => {
  const { desk } = await ready();
  expect(await desk.call('stop')).toMatchObject({
    code: 2,
    err: 'Error: No machine name(s) specified and no "default" machine exists\n',
  });
});

test('active is the machine that docker is pointed at', async () => {
  expect(
    (await (await ready({ env: { DOCKER_HOST: 'tcp://100.64.0.3:2376' } })).desk.call('active')).out,
  ).toBe('LINUXtips-02\n');
  expect(await (await ready()).desk.call('active')).toMatchObject({ code: 1, err: 'No active host found\n' });
});

test('the small texts are docker-machine’s', async () => {
  const { desk } = await ready();
  expect((await desk.call('ip', 'LINUXtips-02', 'LINUXtips-01')).out).toBe('100.64.0.3\n100.64.0.2\n');
  expect((await desk.call('url', 'LINUXtips-01')).out).toBe('tcp://100.64.0.2:2376\n');
  expect((await desk.call('status', 'LINUXtips-01')).out).toBe('Running\n');
  expect((await desk.call('version', 'LINUXtips-01')).out).toBe('20.10.24\n');
  expect((await desk.call('config', 'LINUXtips-01')).out).toMatch(
    /^--tlsverify\n--tlscacert="\/.*\/ca.pem"\n--tlscert="\/.*\/cert.pem"\n--tlskey="\/.*\/key.pem"\n-H=tcp:\/\/100.64.0.2:2376\n$/,
  );
});

test('exec hands on what a program prints and how it ended', async () => {
  const { desk } = await ready();
  const { code } = await desk.call('exec', 'LINUXtips-01', 'hostname');
  expect(code).toBe(0);
});

describe('docker-machine create', () => {
  test('refuses a name that is taken', async () => {
    const { desk } = await ready({ program: 'docker-machine' });
    expect(await desk.call('create', '-d', 'virtualbox', 'LINUXtips-01')).toMatchObject({
      code: 1,
      err: 'Docker machine "LINUXtips-01" already exists\n',
    });
  });

  test('asks for a lab of one machine of that name where there is none', async () => {
    const world = createWorld();
    const ended = new AbortController();
    // Nobody makes it here: the wait is ended as it begins.
    const fetch = async (url: string, init: RequestInit) => {
      if (/\/events\b/.test(url)) ended.abort();
      return await world.app.request(url, init);
    };
    const desk = await loggedIn(world, { program: 'docker-machine', signal: ended.signal, fetch });
    const { out, err } = await desk.call(
      'create',
      '--driver',
      'virtualbox',
      '--virtualbox-memory',
      '2048',
      'linuxtips',
    );
    expect(err).toContain('--virtualbox-memory');
    expect(err).toContain('--driver virtualbox: machines of this server are made by its driver, ');
    expect(out).toBe(
      [
        'Running pre-create checks...\n',
        'Creating machine...\n',
        '(linuxtips) Launching instance...\n',
        'Waiting for machine to be running, this may take a few minutes...\n',
      ].join(''),
    );
    const { json } = await world.ask('GET', '/v1/labs');
    expect(json.items[0]).toMatchObject({ template: 'docker-host', machines: [{ name: 'linuxtips' }] });
  });
});
