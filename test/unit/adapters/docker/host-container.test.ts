import { extract } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import { hostArchive } from '../../../../shared/adapters/docker/host-archive.ts';
import {
  type Host,
  hostContainer,
  isPrivilegeRefusal,
} from '../../../../shared/adapters/docker/host-container.ts';

const host: Host = {
  deployment: 'd',
  labId: 'lab',
  machine: 'LINUXtips-01',
  attempt: 3,
  address: '100.64.0.2',
  image: 'slipway-host:1',
  cgroupVersion: '1',
  privileged: true,
  ports: [2376, 22],
};

describe('a host’s container', () => {
  test('carries from its creation every label that the list reads', () => {
    expect(hostContainer(host)).toMatchObject({
      Hostname: 'LINUXtips-01',
      Labels: {
        'slipway.deployment': 'd',
        'slipway.lab': 'lab',
        'slipway.machine': 'LINUXtips-01',
        'slipway.attempt': '3',
        'slipway.address': '100.64.0.2',
      },
      NetworkingConfig: {
        EndpointsConfig: { 'slipway-d-lab': { IPAMConfig: { IPv4Address: '100.64.0.2' } } },
      },
    });
  });

  test('is privileged, or has all but the one capability a machine may lack', () => {
    expect(hostContainer(host)).toMatchObject({ HostConfig: { Privileged: true } });
    expect(hostContainer({ ...host, privileged: false })).toMatchObject({
      HostConfig: { CapAdd: ['ALL'], CapDrop: ['SYS_RESOURCE'], MaskedPaths: [] },
    });
    expect(JSON.stringify(hostContainer({ ...host, privileged: false }))).not.toContain('"Privileged"');
  });

  test('shares the machine’s cgroup tree on version 1, and has one of its own on version 2', () => {
    expect(hostContainer(host)).toMatchObject({
      HostConfig: { CgroupnsMode: 'host', Binds: ['/sys/fs/cgroup:/sys/fs/cgroup:rw'] },
    });
    const own = hostContainer({ ...host, cgroupVersion: '2' });
    expect(own).toMatchObject({ HostConfig: { CgroupnsMode: 'private' } });
    expect(JSON.stringify(own)).not.toContain('/sys/fs/cgroup');
  });

  test('publishes nothing, or its ports on the one address it is told', () => {
    expect(hostContainer(host)).toMatchObject({ ExposedPorts: {}, HostConfig: { PortBindings: {} } });
    expect(hostContainer({ ...host, publishOn: '127.0.0.1' })).toMatchObject({
      ExposedPorts: { '2376/tcp': {}, '22/tcp': {} },
      HostConfig: { PortBindings: { '2376/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } },
    });
  });

  test('falls back for the one error that means privilege, and for no other', () => {
    expect(
      isPrivilegeRefusal(
        new Error('OCI runtime create failed: unable to apply caps: operation not permitted: unknown'),
      ),
    ).toBe(true);
    expect(isPrivilegeRefusal(new Error('operation not permitted'))).toBe(false);
  });
});

test('an archive holds each file under its folder, and closes the folder of what only root may read', async () => {
  const bytes = await hostArchive([
    { path: '/etc/slipway/settings.env', mode: 0o600, content: 'A="ä"\n' },
    { path: '/etc/slipway/engine.env', mode: 0o600, content: '' },
    { path: '/etc/motd.d/hello', mode: 0o644, content: 'hello' },
  ]);
  const found: [string, string, number][] = [];
  const reader = extract();
  reader.end(bytes);
  for await (const entry of reader) {
    const { name, type, mode, uid } = entry.header;
    expect(uid).toBe(0);
    found.push([name, type ?? '', mode ?? 0]);
    entry.resume();
  }
  expect(found).toEqual([
    ['etc/slipway/', 'directory', 0o700],
    ['etc/slipway/settings.env', 'file', 0o600],
    ['etc/slipway/engine.env', 'file', 0o600],
    ['etc/motd.d/', 'directory', 0o755],
    ['etc/motd.d/hello', 'file', 0o644],
  ]);
});
