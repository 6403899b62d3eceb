import { describe, expect, test } from 'vitest';
import { composeOnly } from '../../../shared/lab/stack-source.ts';
import { readCompose } from '../../../shared/stack/compose/read-compose.ts';
import { convertStack } from '../../../shared/stack/convert/convert-stack.ts';

/** The one service of a file, whose own lines are given. */
function specOf(lines: string, rest = '') {
  const [spec] = convertStack(
    's',
    readCompose(composeOnly(`services: { web: { image: app, ${lines} } }\n${rest}`)),
  ).services;
  if (spec === undefined) throw new Error('no service');
  return spec;
}
const container = (lines: string, rest?: string) => specOf(lines, rest).TaskTemplate.ContainerSpec;
const task = (lines: string) => specOf(lines).TaskTemplate;

/** The real docker command is asked in npm run verify:stacks; this is why each thing is as it is. */
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
    [
      'extra_hosts: ["db:10.0.0.1", "broken", "x=[::1]", "a:b=c"]',
      { Hosts: ['10.0.0.1 db', '::1 x', 'b:c a'] },
    ],
    ['extra_hosts: { b: "[::1]", a: 10.0.0.1, c: }', { Hosts: ['10.0.0.1 a', '::1 b'] }],
    ['cap_add: [RESET, all]', { CapabilityAdd: ['ALL'] }],
    [
      'credential_spec: { registry: reg }',
      { Privileges: { CredentialSpec: { Config: '', File: '', Registry: 'reg' } } },
    ],
    ['isolation: Hyperv', { Isolation: 'hyperv' }],
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
        'volumes: ["aa:/a:nocopy", "bb:/b", "cc:/c", "dd:/d"]',
        'volumes: { aa: , bb: { name: mine, driver: nfs, labels: [x=y] }, cc: { external: true }, dd: { external: { name: e } } }',
      ) as { Mounts: unknown }
    ).Mounts;
    const Labels = { 'com.docker.stack.namespace': 's' };
    expect(mounts).toEqual([
      { Type: 'volume', Source: 's_aa', Target: '/a', VolumeOptions: { NoCopy: true, Labels } },
      {
        Type: 'volume',
        Source: 'mine',
        Target: '/b',
        VolumeOptions: { Labels: { x: 'y', ...Labels }, DriverConfig: { Name: 'nfs' } },
      },
      { Type: 'volume', Source: 'cc', Target: '/c', VolumeOptions: {} },
      { Type: 'volume', Source: 'e', Target: '/d', VolumeOptions: {} },
    ]);
  });

  test.each([
    ['restart: always', { Condition: 'any' }],
    ['restart: "on-failure:3"', { Condition: 'on-failure', MaxAttempts: 3 }],
    ['restart: "always:3"', { Condition: 'any' }],
    ['restart: "no"', undefined],
    ['restart: nonsense, deploy: { restart_policy: {} }', {}],
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
        placement: { constraints: [node.role == b], preferences: [{ spread: node.id }], max_replicas_per_node: 2 } }`),
    ).toMatchObject({
      Resources: {
        Limits: { NanoCPUs: 100_000_000, MemoryBytes: 52_428_800, Pids: 9 },
        Reservations: { GenericResources: [{ DiscreteResourceSpec: { Kind: 'gpu', Value: 1 } }] },
      },
      Placement: {
        Constraints: ['node.role == b'],
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
    // The Engine keeps 32 bits.
    expect(
      specOf('deploy: { update_config: { max_failure_ratio: 0.123456789 } }').UpdateConfig,
    ).toMatchObject({ MaxFailureRatio: 0.12345679 });
    expect(specOf('deploy: { rollback_config: { parallelism: 0 } }').RollbackConfig).toMatchObject({
      Parallelism: 0,
    });
    expect(specOf('deploy: { mode: global, labels: { a: 1 } }')).toMatchObject({
      Mode: { Global: {} },
      Labels: { a: '1' },
    });
  });

  test.each([
    ['deploy: { mode: replicated-job }', { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 1 } }],
    [
      'deploy: { mode: replicated-job, replicas: 3 }',
      { ReplicatedJob: { MaxConcurrent: 3, TotalCompletions: 3 } },
    ],
    ['deploy: { mode: global-job }', { GlobalJob: {} }],
    ['deploy: { mode: "" }', { Replicated: { Replicas: 1 } }],
  ])('%s', (lines, mode) => {
    expect(specOf(lines).Mode).toEqual(mode);
  });

  test('what is nought or empty is left out, as Go leaves it out: else each deploy would look like a change', () => {
    expect(
      specOf(`user: "", hostname: "", isolation: nonsense, stop_signal: "", working_dir: "",
        healthcheck: { test: x, interval: 0s, retries: 0 },
        deploy: { endpoint_mode: "", resources: { limits: { memory: "0", cpus: "", pids: 0 } }, restart_policy: { condition: "" } }`),
    ).toEqual({
      ...specOf('healthcheck: { test: x }, deploy: { resources: { limits: {} }, restart_policy: {} }'),
    });
  });

  test('networks of the Engine’s own are there on each node, and no service is found in them by name', () => {
    const { external, networks, services } = convertStack(
      's',
      readCompose(
        composeOnly(
          'services: { web: { image: app, networks: [h] } }\nnetworks: { h: { external: true, name: host } }',
        ),
      ),
    );
    expect([external.networks, networks]).toEqual([[], []]);
    expect(services[0]?.TaskTemplate.Networks).toEqual([{ Target: 'host' }]);
  });

  test('networks by name, those it makes and those it does not', () => {
    const { networks, external, services } = convertStack(
      's',
      readCompose(
        composeOnly(`
services: { web: { image: app, networks: { b: { aliases: [x] }, a: , out: , default: } } }
networks:
  a: { driver: weave, internal: true, ipam: { config: [{ subnet: 10.9.0.0/24 }] } }
  b: { name: bee, attachable: true, driver_opts: { k: 1 } }
  out: { external: { name: theirs } }
  unused: {}
`),
      ),
    );
    const Labels = { 'com.docker.stack.namespace': 's' };
    expect(networks).toEqual([
      { Name: 'bee', Driver: 'overlay', Labels, Attachable: true, Options: { k: '1' } },
      {
        Name: 's_a',
        Driver: 'weave',
        Labels,
        Internal: true,
        IPAM: { Driver: '', Config: [{ Subnet: '10.9.0.0/24' }] },
      },
      { Name: 's_default', Driver: 'overlay', Labels },
    ]);
    expect(external).toEqual({ networks: ['theirs'], secrets: [], configs: [] });
    expect(services[0]?.TaskTemplate.Networks).toEqual([
      { Target: 'bee', Aliases: ['x', 'web'] },
      { Target: 's_a', Aliases: ['web'] },
      { Target: 's_default', Aliases: ['web'] },
      { Target: 'theirs', Aliases: ['web'] },
    ]);
  });
});
