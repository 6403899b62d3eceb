import { describe, expect, test } from 'vitest';
import type { Service } from '../../../shared/ports/engine.ts';
import { explainTask } from '../../../shared/stack/causes.ts';
import { measureCpu } from '../../support/measure-cpu.ts';
import { aService, aSwarmNode, aTask } from '../../support/swarm-builders.ts';

const NODES = [aSwarmNode('n1', { Role: 'manager' }), aSwarmNode('n2')];
const published = (PublishedPort: number, Protocol = 'tcp') => ({
  Ports: [{ Protocol, TargetPort: 80, PublishedPort, PublishMode: 'host' }],
});

/** With a limit, reservations, a placement and a port of its own. */
const SERVICE = aService({
  TaskTemplate: {
    ContainerSpec: { Image: `nginx:latest@sha256:${'0'.repeat(64)}` },
    Resources: {
      Limits: { MemoryBytes: 50 * 1024 ** 2 },
      Reservations: { MemoryBytes: 900 * 1024 ** 3, NanoCPUs: 5e8 },
    },
    Placement: { Constraints: ['node.labels.disk == ssd'], MaxReplicas: 1 },
  },
  EndpointSpec: published(8081),
});
const OTHER = aService({ Name: 'o_proxy', EndpointSpec: published(8081) }, { ID: 'other' });

const explain = (Err: string, service: Service = SERVICE, nodes = NODES, failures = 1) =>
  explainTask(aTask('failed', { Err }), { service, services: [service, OTHER], nodes, failures });

/** As real engines said it in test/engine/causes.test.ts, and as others are known to. */
const SAID: [error: string, cause: string, ...words: string[]][] = [
  ['No such image: nobody/has-this:1', 'no_such_image', 'check the name and tag of nginx:latest, and'],
  ['manifest for nginx:x not found: manifest unknown', 'no_such_image', 'there is no such image'],
  ['pull access denied for x, repository does not exist', 'no_such_image', 'there is no such image'],
  [
    'no suitable node (scheduling constraints not satisfied on 2 nodes)',
    'no_suitable_node',
    'no node suits it: its constraints are not met on 2 nodes',
    'no node meets node.labels.disk == ssd: no node has the label disk',
    'docker node update --label-add disk=ssd host-n1',
  ],
  [
    'no suitable node (insufficient resources on 2 nodes)',
    'no_suitable_node',
    'what it reserves is not free on 2 nodes',
    'each task reserves 0.5 CPUs, of 2 CPUs at most on a node and 900 GiB, of 4 GiB at most on a node',
  ],
  [
    'no suitable node (max replicas per node limit exceed)',
    'no_suitable_node',
    'max_replicas_per_node (1) is reached',
  ],
  [
    'no suitable node (insufficient resources on 1 node; host-mode port already in use on 1 node)',
    'no_suitable_node',
    'what it reserves is not free on 1 node; the port is in use on 1 node',
  ],
  [
    'no suitable node (host-mode port already in use on 2 nodes)',
    'port_in_use',
    'the port 8081 that it publishes is in use, by o_proxy',
    'it is taken on 2 nodes',
  ],
  [
    'starting container failed: driver failed programming external connectivity on endpoint port2.1.mw (42a4): Bind for 0.0.0.0:8082 failed: port is already allocated',
    'port_in_use',
    'the port 8082 that it publishes is in use on host-n1; publish another',
  ],
  [
    'listen tcp4 0.0.0.0:8081: bind: address already in use',
    'port_in_use',
    'port 8081 that it publishes is in use on host-n1, by o_proxy',
  ],
  ["port '8081' is already in use by service", 'port_in_use', 'port 8081'],
  [
    'invalid mount config for type "bind": bind source path does not exist: /not/there',
    'bind_source_missing',
    'the path /not/there to mount is not on the node host-n1',
    'docker-machine ssh host-n1 mkdir -p /not/there',
  ],
  [
    'task: non-zero exit (137)',
    'out_of_memory',
    'killed (137), most likely out of memory: its limit is 50 MiB; raise deploy.resources.limits.memory',
  ],
  ['container: out of memory', 'out_of_memory', 'its limit is 50 MiB'],
  ['task: non-zero exit (137): dockerexec: unhealthy container', 'unhealthy', 'its health check fails'],
  ['task: non-zero exit (3)', 'crash_loop', 'ends by itself with exit code 3: read its logs'],
  ['task: non-zero exit (127)', 'crash_loop', 'exit code 127, its command was not found'],
  [
    'no suitable node (unsupported platform on 2 nodes)',
    'other_architecture',
    'another kind of machine than the nodes, which are x86_64',
  ],
  [
    'no matching manifest for linux/arm64/v8 in the manifest list entries',
    'other_architecture',
    'use a tag of nginx:latest made for them',
  ],
  ['exec /app: exec format error', 'other_architecture', 'another kind of machine'],
  [
    'network sandbox join failed: subnet sandbox join failed',
    'network_not_ready',
    'its network is not ready',
  ],
  [
    'runc create failed: unable to start container process: exec: "/not/a/program": stat /not/a/program: no such file or directory: unknown',
    'command_not_found',
    'its command is not in the image nginx:latest',
  ],
  ['exec: "x": executable file not found in $PATH', 'command_not_found', 'check command and entrypoint'],
  ['exec: "/etc/passwd": permission denied: unknown', 'permission_denied', 'its command may not be run'],
  ['task: unhealthy container', 'unhealthy', 'its health check fails'],
];

describe('what an engine says of a task that fails', () => {
  test.each(SAID)('%s', (error, cause, ...words) => {
    const explanation = explain(error);
    expect(explanation).toMatchObject({ cause, error });
    for (const each of words) expect(explanation?.problem).toContain(each);
  });

  test('is passed on as it is where nobody knows better', () => {
    expect(explain('the moon is full')).toEqual({
      cause: 'unknown',
      error: 'the moon is full',
      problem: 'the moon is full',
    });
  });

  test('is shortened, however much a hostile host says, and soon read', async () => {
    const work = () => explain(`${':1 '.repeat(500_000)}No such image`);
    const { result: explanation, milliseconds } = await measureCpu(work);
    expect(milliseconds).toBeLessThan(500);
    expect(explanation?.error?.length).toBeLessThanOrEqual(300);
    expect(explanation?.problem.length).toBeLessThanOrEqual(320);
  });

  test('names what a node lacks that takes no tasks', () => {
    const nodes = [aSwarmNode('n1', { Availability: 'drain' }), aSwarmNode('n2', { state: 'down' })];
    expect(
      explain('no suitable node (2 nodes not available for new tasks)', SERVICE, nodes)?.problem,
    ).toContain('2 are down, paused or drained: host-n1 and host-n2');
    expect(
      explain('no suitable node (1 node not available for new tasks)', SERVICE, NODES)?.problem,
    ).toContain('1 is down, paused or drained');
  });

  test('says how often, of late', () => {
    expect(explain('task: non-zero exit (3)', SERVICE, NODES, 4)?.problem).toContain('4 times of late');
  });

  test('without a memory limit blames the node', () => {
    expect(explain('task: non-zero exit (137)', aService())?.problem).toContain('its node was out of memory');
  });
});

describe('a task that ended without an error', () => {
  const ended = (service: Service) =>
    explainTask(aTask('complete', { exit: 0 }), { service, services: [], nodes: NODES, failures: 0 });

  test('must not have', () => {
    expect(ended(aService())).toMatchObject({
      cause: 'ended',
      problem: expect.stringContaining('ended by itself with exit code 0; a service must keep running'),
    });
  });

  test('was most likely ended for its health check, where it has one', () => {
    const checked = (Test: string[]) =>
      aService({ TaskTemplate: { ContainerSpec: { Image: 'a', Healthcheck: { Test } } } });
    expect(ended(checked(['CMD-SHELL', 'false']))).toMatchObject({
      cause: 'unhealthy',
      problem: expect.stringContaining('most likely its health check fails'),
    });
    expect(ended(checked(['NONE']))).toMatchObject({ cause: 'ended' });
  });

  test('of a task that runs or waits there is nothing to tell', () => {
    const around = { service: SERVICE, services: [], nodes: NODES, failures: 0 };
    expect(explainTask(aTask('running'), around)).toBeUndefined();
    expect(explainTask(aTask('pending', { Err: '' }), around)).toBeUndefined();
  });
});
