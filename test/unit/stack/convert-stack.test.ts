import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCompose } from '../../../shared/stack/compose/read-compose.ts';
import { convertStack } from '../../../shared/stack/convert/convert-stack.ts';

/** The one service of a file, whose own lines are given. */
function specOf(lines: string, rest = '') {
  const [spec] = convertStack(
    's',
    readCompose(`services: { web: { image: app, ${lines} } }\n${rest}`),
  ).services;
  if (spec === undefined) throw new Error('no service');
  return spec;
}
const container = (lines: string, rest?: string) => specOf(lines, rest).TaskTemplate.ContainerSpec;
const task = (lines: string) => specOf(lines).TaskTemplate;

/** The real docker command is asked in test/engine/stack-equality.test.ts; this is why each thing is as it is. */
describe('a service of a Compose file becomes a Swarm service', () => {
  test('named and labelled by its stack, with one replica on the default network', () => {
    expect(specOf('')).toEqual({
      Name: 's_web',
      Labels: { 'com.docker.stack.namespace': 's', 'com.docker.stack.image': 'app' },
      TaskTemplate: {
        ContainerSpec: {
          Image: 'app:latest',
          Labels: { 'com.docker.stack.namespace': 's' },
          Privileges: { CredentialSpec: null, SELinuxContext: null },
        },
        Resources: {},
        Placement: {},
        Networks: [{ Target: 's_default', Aliases: ['web'] }],
      },
      Mode: { Replicated: { Replicas: 1 } },
      EndpointSpec: {},
    });
  });

  test.each([
    ['environment: { B: 1, A: "x y", C: }', { Env: ['A=x y', 'B=1', 'C'] }],
    ['environment: [B, A=]', { Env: ['A=', 'B'] }],
    ['command: echo "a b", entrypoint: [sh, -c]', { Args: ['echo', 'a b'], Command: ['sh', '-c'] }],
    [
      'cap_add: [net_admin], cap_drop: [CAP_NET_ADMIN, mknod]',
      { CapabilityAdd: ['CAP_NET_ADMIN'], CapabilityDrop: ['CAP_MKNOD'] },
    ],
    ['cap_drop: [all, mknod]', { CapabilityDrop: ['ALL'] }],
    [
      'healthcheck: { test: x, interval: 1s, retries: 2 }',
      { Healthcheck: { Test: ['CMD-SHELL', 'x'], Interval: 1e9, Retries: 2 } },
    ],
    ['healthcheck: { disable: true }', { Healthcheck: { Test: ['NONE'] } }],
    ['dns: 1.1.1.1, dns_search: [a, b]', { DNSConfig: { Nameservers: ['1.1.1.1'], Search: ['a', 'b'] } }],
    ['extra_hosts: ["db:10.0.0.1", "broken"]', { Hosts: ['10.0.0.1 db'] }],
    [
      'ulimits: { nproc: 5, core: { soft: 0, hard: 1 } }',
      {
        Ulimits: [
          { Name: 'core', Soft: 0, Hard: 1 },
          { Name: 'nproc', Soft: 5, Hard: 5 },
        ],
      },
    ],
    [
      'sysctls: [a=1], stop_grace_period: 1m30s, init: false',
      { Sysctls: { a: '1' }, StopGracePeriod: 90e9, Init: false },
    ],
    [
      'volumes: [/x, "/a:/b:ro"]',
      {
        Mounts: [
          { Type: 'volume', Target: '/x' },
          { Type: 'bind', Source: '/a', Target: '/b', ReadOnly: true },
        ],
      },
    ],
    [
      'volumes: [{ type: tmpfs, target: /x, tmpfs: { size: 5 } }]',
      { Mounts: [{ Type: 'tmpfs', Target: '/x', TmpfsOptions: { SizeBytes: 5 } }] },
    ],
  ])('%s', (lines, expected) => {
    expect(container(lines)).toMatchObject(expected);
  });

  test('volumes by the stack’s name, their own, or another’s', () => {
    const mounts = (
      container(
        'volumes: ["a:/a:nocopy", "b:/b", "c:/c", "d:/d"]',
        'volumes: { a: , b: { name: mine, driver: nfs, labels: [x=y] }, c: { external: true }, d: { external: { name: e } } }',
      ) as { Mounts: unknown }
    ).Mounts;
    const Labels = { 'com.docker.stack.namespace': 's' };
    expect(mounts).toEqual([
      { Type: 'volume', Source: 's_a', Target: '/a', VolumeOptions: { NoCopy: true, Labels } },
      {
        Type: 'volume',
        Source: 'mine',
        Target: '/b',
        VolumeOptions: { Labels: { x: 'y', ...Labels }, DriverConfig: { Name: 'nfs' } },
      },
      { Type: 'volume', Source: 'c', Target: '/c', VolumeOptions: {} },
      { Type: 'volume', Source: 'e', Target: '/d', VolumeOptions: {} },
    ]);
  });

  test.each([
    ['restart: always', { Condition: 'any' }],
    ['restart: "on-failure:3"', { Condition: 'on-failure', MaxAttempts: 3 }],
    ['restart: "no"', undefined],
    [
      'restart: always, deploy: { restart_policy: { condition: none, window: 2s } }',
      { Condition: 'none', Window: 2e9 },
    ],
  ])('%s', (lines, expected) => {
    expect(task(lines).RestartPolicy).toEqual(expected);
  });

  test('what it is given and where it may run', () => {
    expect(
      task(`deploy: {
        resources: { limits: { cpus: "0.1", memory: 50M, pids: 9 }, reservations: { generic_resources: [{ discrete_resource_spec: { kind: gpu, value: 1 } }] } },
        placement: { constraints: [a == b], preferences: [{ spread: node.id }], max_replicas_per_node: 2 } }`),
    ).toMatchObject({
      Resources: {
        Limits: { NanoCPUs: 100_000_000, MemoryBytes: 52_428_800, Pids: 9 },
        Reservations: { GenericResources: [{ DiscreteResourceSpec: { Kind: 'gpu', Value: 1 } }] },
      },
      Placement: {
        Constraints: ['a == b'],
        Preferences: [{ Spread: { SpreadDescriptor: 'node.id' } }],
        MaxReplicas: 2,
      },
    });
  });

  test('how it is updated: one by one unless the file says, and not at all where it says nothing', () => {
    expect(specOf('deploy: { update_config: { delay: 1s } }').UpdateConfig).toEqual({
      Parallelism: 1,
      Delay: 1e9,
      MaxFailureRatio: 0,
    });
    expect(specOf('deploy: { rollback_config: { parallelism: 0 } }').RollbackConfig).toMatchObject({
      Parallelism: 0,
    });
    expect(specOf('deploy: { mode: global, labels: { a: 1 } }')).toMatchObject({
      Mode: { Global: {} },
      Labels: { a: '1' },
    });
  });

  test('networks by name, those it makes and those it does not', () => {
    const { networks, external, services } = convertStack(
      's',
      readCompose(`
services: { web: { image: app, networks: { b: { aliases: [x] }, a: , out: , default: } } }
networks:
  a: { driver: bridge, internal: true, ipam: { config: [{ subnet: 10.9.0.0/24 }] } }
  b: { name: bee, attachable: true, driver_opts: { k: 1 } }
  out: { external: { name: theirs } }
  unused: {}
`),
    );
    const Labels = { 'com.docker.stack.namespace': 's' };
    expect(networks).toEqual([
      { Name: 'bee', Driver: 'overlay', Labels, Attachable: true, Options: { k: '1' } },
      {
        Name: 's_a',
        Driver: 'bridge',
        Labels,
        Internal: true,
        IPAM: { Driver: '', Config: [{ Subnet: '10.9.0.0/24' }] },
      },
      { Name: 's_default', Driver: 'overlay', Labels },
    ]);
    expect(external).toEqual(['theirs']);
    expect(services[0]?.TaskTemplate.Networks).toEqual([
      { Target: 'bee', Aliases: ['x', 'web'] },
      { Target: 's_a', Aliases: ['web'] },
      { Target: 's_default', Aliases: ['web'] },
      { Target: 'theirs', Aliases: ['web'] },
    ]);
  });

  const corpus = new URL('../../engine/stacks/accepted/', import.meta.url);
  test.each(readdirSync(corpus))(
    '%s sends no undefined value, which JSON would drop and a comparison would not',
    (name) => {
      const objects = convertStack('s', readCompose(readFileSync(new URL(name, corpus), 'utf8')));
      expect(JSON.parse(JSON.stringify(objects))).toStrictEqual(objects);
    },
  );
});
