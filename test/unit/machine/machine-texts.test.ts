import { describe, expect, test } from 'vitest';
import { configText } from '../../../shared/machine/config-text.ts';
import { inspectMachine, inspectText } from '../../../shared/machine/inspect.ts';
import { machineUrl, runningAddress, runningUrl, sshReach } from '../../../shared/machine/machine-url.ts';
import { aMachineStatus } from '../../support/builders.ts';

const routed = aMachineStatus('m1', { address: '203.0.113.10' });
const published = aMachineStatus('m1', { address: '127.0.0.1', ports: { '2376': 49153, '22': 49154 } });
const { address: _, ...unreached } = aMachineStatus('m1');

describe('where a machine answers', () => {
  test('is its address, on docker’s and ssh’s own ports', () => {
    expect(machineUrl(routed)).toBe('tcp://203.0.113.10:2376');
    expect(runningAddress(routed)).toBe('203.0.113.10');
    expect(sshReach(routed)).toEqual({ address: '203.0.113.10', port: 22 });
  });

  test('is the published port where its driver publishes ports', () => {
    expect(runningUrl(published)).toBe('tcp://127.0.0.1:49153');
    expect(sshReach(published)).toEqual({ address: '127.0.0.1', port: 49154 });
  });

  test('has brackets in a URL where it is of version 6', () => {
    expect(machineUrl({ ...routed, address: '2001:db8::1' })).toBe('tcp://[2001:db8::1]:2376');
  });

  test.each([
    ['stopped', { ...routed, state: 'Stopped' as const }],
    ['without an address', unreached],
  ])('is nowhere for a machine %s, told in docker-machine’s words', (_what, machine) => {
    const said = (message: string) => expect.objectContaining({ code: 'conflict', message });
    expect(machineUrl(machine)).toBeUndefined();
    expect(() => runningUrl(machine)).toThrow(said('Host is not running'));
    expect(() => runningAddress(machine)).toThrow(said('Host is not running'));
    expect(() => sshReach(machine)).toThrow(said('Cannot run SSH command: Host "m1" is not running'));
  });
});

describe('config', () => {
  test('is docker-machine’s five lines', () => {
    expect(configText('tcp://203.0.113.10:2376', '/home/u/m1')).toBe(
      [
        '--tlsverify',
        '--tlscacert="/home/u/m1/ca.pem"',
        '--tlscert="/home/u/m1/cert.pem"',
        '--tlskey="/home/u/m1/key.pem"',
        '-H=tcp://203.0.113.10:2376',
        '',
      ].join('\n'),
    );
  });

  test.each(['/a"b', '/a`id`', '/$(id)', '/a\\', "/a'b", '/a\nb', ''])('refuses the path %j', (certPath) => {
    expect(() => configText('tcp://203.0.113.10:2376', certPath)).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
  });

  test('leaves $HOME at the beginning to the shell', () => {
    expect(configText('tcp://203.0.113.10:2376', '$HOME/m1')).toContain('--tlskey="$HOME/m1/key.pem"\n');
  });
});

describe('inspect', () => {
  const paths = { certPath: '/home/u/m1', sshKeyPath: '/home/u/id' };
  const inspection = inspectMachine(published, { driver: 'docker', role: 'manager', paths });

  test('has what the course asks it for, by docker-machine’s names', () => {
    expect(inspection).toMatchObject({
      ConfigVersion: 3,
      Driver: {
        IPAddress: '127.0.0.1',
        MachineName: 'm1',
        SSHUser: 'root',
        SSHPort: 49154,
        SwarmMaster: true,
      },
      DriverName: 'docker',
      HostOptions: {
        EngineOptions: { TlsVerify: true },
        SwarmOptions: { IsSwarm: true },
        AuthOptions: { ClientKeyPath: '/home/u/m1/key.pem' },
      },
      Name: 'm1',
    });
  });

  test('is printed with four blanks of indent, as docker-machine prints it', () => {
    const lines = inspectText(inspection).split('\n');
    expect(lines.slice(0, 4)).toEqual([
      '{',
      '    "ConfigVersion": 3,',
      '    "Driver": {',
      '        "IPAddress": "127.0.0.1",',
    ]);
    expect(lines.slice(-3)).toEqual(['    "Name": "m1"', '}', '']);
  });

  test('of a stopped machine in no swarm still has every field', () => {
    const stopped = { ...unreached, state: 'Stopped' as const };
    const text = inspectText(
      inspectMachine(stopped, { driver: 'docker', role: 'none', paths, sshUser: 'u' }),
    );
    expect(JSON.parse(text)).toMatchObject({
      Driver: {
        IPAddress: '',
        PrivateIPAddress: '100.64.0.2',
        SSHPort: 22,
        SSHUser: 'u',
        SwarmMaster: false,
      },
      HostOptions: { SwarmOptions: { IsSwarm: false, Master: false } },
    });
  });
});
