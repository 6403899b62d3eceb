import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { aMachineStatus } from '../../support/builders.ts';
import { createWorld } from '../../support/world.ts';
import { type DeskOptions, keepLabWithKeys, loggedIn } from './call-command.ts';

const MACHINE = 'LINUXtips-01';

async function ready(options: DeskOptions = {}) {
  const world = createWorld();
  const lab = await keepLabWithKeys(world);
  const desk = await loggedIn(world, options);
  const keyOf = (machine: string) =>
    join(desk.home, '.slipway/labs', lab.id, 'machines', machine, 'id_ecdsa');
  return { desk, keyOf };
}

const HOW = [
  ...['ConnectionAttempts=3', 'ConnectTimeout=10', 'ControlMaster=no', 'ControlPath=none', 'LogLevel=quiet'],
  ...['PasswordAuthentication=no', 'ServerAliveInterval=60', 'StrictHostKeyChecking=no'],
  'UserKnownHostsFile=/dev/null',
].flatMap((option) => ['-o', option]);
const COPY = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=quiet'];

describe('ssh', () => {
  test.each([
    [[], []],
    [
      ['ls', '-la', '/root'],
      ['ls', '-la', '/root'],
    ],
    [
      ['--', 'ls', '-f'],
      ['ls', '-f'],
    ],
  ])('%j runs ssh as docker-machine does', async (given, passed) => {
    const { desk, keyOf } = await ready();
    await desk.call('ssh', MACHINE, ...given);
    const to = ['root@100.64.0.2', '-o', 'IdentitiesOnly=yes', '-i', keyOf(MACHINE), '-p', '22'];
    expect(desk.ran).toEqual([['ssh', '-F', '/dev/null', ...HOW, ...to, ...passed]]);
  });

  test('of a machine that does not run says so in docker-machine’s words', async () => {
    const world = createWorld();
    const stopped = aMachineStatus(MACHINE, { state: 'Stopped' });
    await keepLabWithKeys(world, { status: { machines: [stopped] } } as Parameters<typeof world.keep>[0]);
    expect(await (await loggedIn(world)).call('ssh', MACHINE)).toEqual({
      code: 1,
      out: '',
      err: `Cannot run SSH command: Host "${MACHINE}" is not running\n`,
    });
  });

  test('tells who did not let it in, since ssh itself keeps quiet', async () => {
    const { desk } = await ready({ programs: 255 });
    expect(await desk.call('ssh', MACHINE)).toMatchObject({
      code: 255,
      err: expect.stringContaining('root@100.64.0.2, port 22'),
    });
  });

  test('says what is missing where there is no ssh', async () => {
    const { desk } = await ready({ programs: undefined });
    expect(await desk.call('ssh', MACHINE)).toMatchObject({
      code: 1,
      err: 'ssh is not installed on this machine\n',
    });
  });
});

describe('scp', () => {
  test('goes to, from and between machines', async () => {
    const { desk, keyOf } = await ready();
    const key = ['-o', 'IdentitiesOnly=yes', '-o', 'Port=22', '-o', `IdentityFile="${keyOf(MACHINE)}"`];
    await desk.call('scp', '-r', './site', `${MACHINE}:/root/site`);
    await desk.call('scp', `docker@${MACHINE}:/etc/hosts`, 'localhost:hosts');
    await desk.call('scp', '-d', '-r', 'site', `${MACHINE}:`);
    expect(desk.ran).toEqual([
      ['scp', ...COPY, '-3', '-r', ...key, './site', 'root@100.64.0.2:/root/site'],
      ['scp', ...COPY, '-3', ...key, 'docker@100.64.0.2:/etc/hosts', 'hosts'],
      ['rsync', '-e', `ssh ${[...COPY, ...key].join(' ')}`, '--progress', '-r', 'site', 'root@100.64.0.2:'],
    ]);
  });

  test('names a machine that is not there', async () => {
    const { desk } = await ready();
    expect(await desk.call('scp', 'a', 'm9:/b')).toMatchObject({
      code: 1,
      err: expect.stringContaining('"m9"'),
    });
    expect(desk.ran).toEqual([]);
  });
});

test('mount and its end', async () => {
  const { desk, keyOf } = await ready();
  await desk.call('mount', `${MACHINE}:/root/site`, 'site');
  await desk.call('mount', '-u', `${MACHINE}:/root/site`, 'site');
  const key = ['-o', 'IdentitiesOnly=yes', '-o', 'Port=22', '-o', `IdentityFile=${keyOf(MACHINE)}`];
  expect(desk.ran).toEqual([
    ['sshfs', ...COPY, ...key, 'root@100.64.0.2:/root/site', 'site'],
    ['fusermount', '-u', 'site'],
  ]);
});
