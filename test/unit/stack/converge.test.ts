import { describe, expect, test } from 'vitest';
import type { Node, Service, Task } from '../../../shared/ports/engine.ts';
import { serviceStatuses } from '../../../shared/stack/converge.ts';

const at = (second: number) => `2026-03-02T12:00:${String(second).padStart(2, '0')}Z`;

function aService(overrides: Partial<Service['Spec']> = {}, more: Partial<Service> = {}): Service {
  return {
    ID: 'web',
    Version: { Index: 1 },
    Spec: {
      Name: 's_web',
      Labels: {},
      TaskTemplate: { ContainerSpec: { Image: 'nginx:latest' } },
      Mode: { Replicated: { Replicas: 2 } },
      ...overrides,
    },
    ...more,
  };
}

let made = 0;
function aTask(
  State: string,
  { Err, second = 0, exit, ...more }: Partial<Task> & { Err?: string; second?: number; exit?: number } = {},
): Task {
  made += 1;
  return {
    ID: `task-${made}`,
    ServiceID: 'web',
    NodeID: 'n1',
    Slot: 1,
    DesiredState: ['failed', 'rejected', 'shutdown', 'complete'].includes(State) ? 'shutdown' : 'running',
    Status: {
      State,
      Timestamp: at(second),
      ...(Err === undefined ? {} : { Err }),
      ...(exit === undefined ? {} : { ContainerStatus: { ExitCode: exit } }),
    },
    Spec: { ContainerSpec: { Image: 'nginx:latest' } },
    ...more,
  };
}

function aNode(
  ID: string,
  overrides: Partial<Node['Spec']> = {},
  State: Node['Status']['State'] = 'ready',
): Node {
  return {
    ID,
    Version: { Index: 1 },
    Description: { Hostname: `host-${ID}` },
    Spec: { Role: 'worker', Availability: 'active', Labels: {}, ...overrides },
    Status: { State, Addr: '10.1.1.1' },
  };
}

const NODES = [aNode('n1', { Role: 'manager' }), aNode('n2'), aNode('n3')];
const one = (service: Service, tasks: Task[], nodes = NODES) => serviceStatuses([service], tasks, nodes)[0];

describe('how a service stands', () => {
  test('counts places that run, of those that should', () => {
    expect(one(aService(), [aTask('running'), aTask('preparing', { Slot: 2 })])).toEqual({
      name: 's_web',
      mode: 'replicated',
      desired: 2,
      running: 1,
      failed: 0,
    });
  });

  test('tasks that ended long ago are no failures once another runs in their place', () => {
    const tasks = [
      aTask('failed', { Err: 'task: non-zero exit (1)', second: 1 }),
      aTask('running', { second: 2 }),
      aTask('shutdown', { Slot: 2, second: 1 }),
      aTask('running', { Slot: 2, second: 2 }),
      aTask('failed', { Slot: 7, second: 1 }),
    ];
    expect(one(aService(), tasks)).toMatchObject({ running: 2, failed: 0 });
    expect(one(aService(), tasks)).not.toHaveProperty('problem');
  });

  test('a place whose last task failed is a failure, however often it did', () => {
    const failures = [1, 2, 3].map((second) => aTask('failed', { Err: 'task: non-zero exit (3)', second }));
    expect(
      one(aService(), [...failures, aTask('ready', { second: 4, DesiredState: 'ready' })]),
    ).toMatchObject({
      running: 0,
      failed: 1,
      problem: 'its container ends by itself with exit code 3: read its logs (task: non-zero exit (3))',
    });
  });

  test('one that starts before the other stops is not one more', () => {
    const tasks = [aTask('running'), aTask('running'), aTask('running', { Slot: 2 })];
    expect(one(aService(), tasks)).toMatchObject({ running: 2, desired: 2 });
  });

  test('a task on a node that is down does not run, whatever it last said', () => {
    const nodes = [aNode('n1', {}, 'down'), aNode('n2')];
    expect(
      one(aService(), [aTask('running'), aTask('running', { Slot: 2, NodeID: 'n2' })], nodes),
    ).toMatchObject({
      running: 1,
    });
  });

  test('during an update only what is new counts', () => {
    const updating = aService(
      { TaskTemplate: { ContainerSpec: { Image: 'nginx:2' }, Runtime: 'container' } },
      { UpdateStatus: { State: 'updating', Message: '' } },
    );
    const fresh = aTask('running', { Slot: 2, Spec: { ContainerSpec: { Image: 'nginx:2' } } });
    expect(one(updating, [aTask('running'), fresh])).toMatchObject({ running: 1, desired: 2 });
    expect(
      one({ ...updating, UpdateStatus: { State: 'completed', Message: '' } }, [aTask('running'), fresh]),
    ).toMatchObject({ running: 2 });
  });

  test('a global service wants a task on each node that takes it', () => {
    const global = (constraints: string[] = []) =>
      aService({ Mode: { Global: {} }, TaskTemplate: { Placement: { Constraints: constraints } } });
    const task = (NodeID: string) => aTask('running', { NodeID, Slot: undefined });
    expect(one(global(), [task('n1'), task('n2')])).toMatchObject({ mode: 'global', desired: 3, running: 2 });
    const drained = [aNode('n1'), aNode('n2', { Availability: 'drain' }), aNode('n3', {}, 'down')];
    expect(one(global(), [task('n1')], drained)).toMatchObject({ desired: 1, running: 1 });
    const labelled = [aNode('n1', { Labels: { zone: 'A' } }), aNode('n2'), aNode('n3', { Role: 'manager' })];
    const desired = (...constraints: string[]) => one(global(constraints), [], labelled)?.desired;
    expect(desired('node.labels.zone == a')).toBe(1);
    expect(desired('node.labels.zone!=a')).toBe(2);
    expect(desired('node.role == manager')).toBe(1);
    expect(desired('node.hostname == host-n2', 'node.role==worker')).toBe(1);
    expect(desired('node.id != n1')).toBe(2);
    expect(desired('node.platform.os == linux')).toBe(3);
    expect(one(global(['node.role == nobody']), [])).toMatchObject({
      desired: 0,
      problem: 'no node meets its constraints',
    });
  });

  test('services come by name', () => {
    const named = (Name: string) => aService({ Name });
    expect(serviceStatuses([named('b'), named('a')], [], NODES).map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

describe('why a task does not run', () => {
  const limited = { Resources: { Limits: { MemoryBytes: 52_428_800 } } };

  test.each([
    ['No such image: nginx:latest', 'there is no such image: check the name and tag of nginx:latest'],
    ['manifest for nginx:x not found: manifest unknown', 'there is no such image'],
    [
      'no suitable node (scheduling constraints not satisfied on 3 nodes)',
      'no node suits it: its constraints are not met on 3 nodes',
    ],
    [
      'no suitable node (insufficient resources on 2 nodes; host-mode port already in use on 1 node)',
      'what it reserves is not free on 2 nodes; the port is in use on 1 node',
    ],
    ['no suitable node (max replicas per node limit exceed)', 'max_replicas_per_node is reached'],
    [
      'no suitable node (unsupported platform on 3 nodes)',
      'the image is for another kind of machine on 3 nodes',
    ],
    [
      'driver failed programming external connectivity: Bind for 0.0.0.0:80 failed: port is already allocated',
      'a port it publishes is in use',
    ],
    [
      'invalid mount config for type "bind": bind source path does not exist: /data',
      'the path /data to mount is not on the node',
    ],
    ['task: non-zero exit (137)', 'it was killed, most likely out of memory: its limit is 50 MiB'],
    ['task: non-zero exit (137): dockerexec: unhealthy container', 'it was killed'],
    [
      'starting container failed: OCI runtime create failed: exec: "x": executable file not found in $PATH',
      'its command is not in the image',
    ],
    ['exec /app: exec format error', 'the image is for another kind of machine'],
    [
      'no matching manifest for linux/arm64/v8 in the manifest list entries',
      'the image is for another kind of machine',
    ],
    ['container: out of memory', 'it was killed, most likely out of memory: its limit is 50 MiB'],
    ['exec: "/x": permission denied', 'its command may not be run'],
    ['task: unhealthy container', 'its health check fails'],
    ['network sandbox join failed: subnet sandbox join failed', 'its network is not ready on the node'],
  ])('%s', (Err, words) => {
    const { problem } =
      one(aService({ TaskTemplate: { ContainerSpec: { Image: 'nginx:latest' }, ...limited } }), [
        aTask('rejected', { Err }),
      ]) ?? {};
    expect(problem).toContain(words);
    expect(problem).toContain(Err);
  });

  test('is the newest reason, in the Engine’s own words where no other is known', () => {
    const tasks = [
      aTask('rejected', { Err: 'No such image: a', second: 1 }),
      aTask('failed', { Err: 'the moon is full', second: 5 }),
      aTask('preparing', { second: 9 }),
    ];
    expect(one(aService(), tasks)?.problem).toBe('the moon is full');
  });

  test('may be that it ended without an error', () => {
    expect(one(aService(), [aTask('complete', { exit: 0 })])).toMatchObject({
      failed: 0,
      problem: 'its container ended by itself with exit code 0; a service must keep running',
    });
  });
});
