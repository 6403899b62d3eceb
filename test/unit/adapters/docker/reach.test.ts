import { describe, expect, test } from 'vitest';
import { driverMachine, type HostContainer } from '../../../../shared/adapters/docker/host-list.ts';
import { reachOf } from '../../../../shared/adapters/docker/reach.ts';

const debian = { OperatingSystem: 'Debian GNU/Linux 12 (bookworm)' };
const desktop = { OperatingSystem: 'Docker Desktop' };
const linux = { platform: 'linux' };

describe('how hosts are reached', () => {
  test('on Linux by their own addresses, with nothing published unless an address is set', () => {
    expect(reachOf(debian, undefined, linux)).toEqual({ routes: true });
    expect(reachOf(debian, '192.0.2.7', linux)).toEqual({ routes: true, advertise: '192.0.2.7' });
    expect(reachOf(debian, undefined, { ...linux, dockerHost: 'unix:///run/docker.sock' }).routes).toBe(true);
  });

  test('under Docker Desktop by loopback, and they reach the API by the name it gives this machine', () => {
    const onLoopback = { routes: false, advertise: '127.0.0.1', apiHost: 'host.docker.internal' };
    expect(reachOf(desktop, undefined, linux)).toEqual(onLoopback);
    expect(reachOf(debian, undefined, { platform: 'darwin' })).toEqual(onLoopback);
    expect(reachOf(desktop, '192.0.2.7', linux).advertise).toBe('192.0.2.7');
  });

  test('through published ports where the engine is reached by TCP', () => {
    expect(reachOf(debian, undefined, { ...linux, dockerHost: 'tcp://127.0.0.1:2375' })).toEqual({
      routes: false,
      advertise: '127.0.0.1',
    });
  });
});

describe('a container in docker-machine’s words', () => {
  const host: HostContainer = {
    id: 'c0ffee',
    labId: 'lab',
    machine: 'm1',
    attempt: 2,
    address: '100.64.0.2',
    state: 'running',
    ports: { '22': 32_001, '2376': 32_002 },
  };
  const published = { routes: false, advertise: '127.0.0.1' };

  test.each([
    ['created', 'Starting'],
    ['running', 'Running'],
    ['restarting', 'Starting'],
    ['paused', 'Paused'],
    ['exited', 'Stopped'],
    ['removing', 'Stopping'],
    ['dead', 'Error'],
    ['whatever comes next', 'Error'],
  ])('%s is %s', (state, expected) => {
    expect(driverMachine({ ...host, state }, { routes: true }).state).toBe(expected);
  });

  test('has its private address always, and an outside one and an engine only while it is up', () => {
    expect(driverMachine(host, { routes: true })).toMatchObject({
      privateAddress: '100.64.0.2',
      address: '100.64.0.2',
      ports: {},
      engine: { host: '100.64.0.2', port: 2376 },
    });
    expect(driverMachine({ ...host, state: 'exited', ports: {} }, published)).toEqual({
      labId: 'lab',
      name: 'm1',
      attempt: 2,
      state: 'Stopped',
      privateAddress: '100.64.0.2',
      ports: {},
    });
  });

  test('is reached at its published ports, and has no engine before Docker chose them', () => {
    expect(driverMachine(host, published)).toMatchObject({
      address: '127.0.0.1',
      ports: { '22': 32_001, '2376': 32_002 },
      engine: { host: '127.0.0.1', port: 32_002 },
    });
    expect(driverMachine({ ...host, state: 'created', ports: {} }, published).engine).toBeUndefined();
  });
});
