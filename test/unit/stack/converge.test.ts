import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ServiceStatus } from '../../../shared/lab/lab.ts';
import type { Node, Service, Task } from '../../../shared/ports/engine.ts';
import { hasConverged, recordedStatuses, serviceStatuses } from '../../../shared/stack/converge.ts';
import { aService, aSwarmNode, aTask, at } from '../../support/swarm-builders.ts';

const NODES = [aSwarmNode('n1', { Role: 'manager' }), aSwarmNode('n2'), aSwarmNode('n3')];
const NOW = Date.parse(at(5));
const one = (service: Service, tasks: Task[], nodes = NODES, now = NOW): ServiceStatus => {
  const [status] = serviceStatuses([service], tasks, nodes, now);
  if (status === undefined) throw new Error('no service');
  return status;
};

describe('how a service stands', () => {
  test('counts places that run, of those that should', () => {
    expect(
      one(aService(), [aTask('running', { second: 1 }), aTask('preparing', { Slot: 2, second: 2 })]),
    ).toEqual({
      name: 's_web',
      mode: 'replicated',
      desired: 2,
      running: 1,
      failed: 0,
      since: at(2),
    });
  });

  test('tasks that ended long ago are no failures once another runs in their place', () => {
    const tasks = [
      aTask('failed', { Err: 'task: non-zero exit (1)', second: 1 }),
      aTask('running', { second: 2 }),
      aTask('shutdown', { Slot: 2, second: 1 }),
      aTask('running', { Slot: 2, second: 3 }),
      aTask('failed', { Slot: 7, second: 1 }),
    ];
    expect(one(aService(), tasks)).toEqual({
      name: 's_web',
      mode: 'replicated',
      desired: 2,
      running: 2,
      failed: 0,
      since: at(3),
    });
  });

  test('a place whose last task failed is a failure, however often it did', () => {
    const failures = [1, 2, 3].map((second) => aTask('failed', { Err: 'task: non-zero exit (3)', second }));
    expect(
      one(aService(), [...failures, aTask('ready', { second: 4, DesiredState: 'ready' })]),
    ).toMatchObject({
      running: 0,
      failed: 1,
      cause: 'crash_loop',
      since: at(1),
      problem: 'its container ends by itself with exit code 3, 3 times of late: read its logs',
      error: 'task: non-zero exit (3)',
    });
  });

  test('a place that fewer replicas have left behind is not missed', () => {
    const tasks = [
      aTask('running', { second: 2 }),
      aTask('preparing', { Slot: 2, second: 3 }),
      aTask('failed', { Slot: 7, second: 1, Err: 'task: non-zero exit (1)' }),
    ];
    expect(one(aService(), tasks)).toMatchObject({ running: 1, failed: 0, since: at(3) });
  });

  test('one that starts before the other stops is not one more', () => {
    const tasks = [aTask('running'), aTask('running'), aTask('running', { Slot: 2 })];
    expect(one(aService(), tasks)).toMatchObject({ running: 2, desired: 2 });
  });

  test('a task on a node that is down does not run, whatever it last said', () => {
    const nodes = [aSwarmNode('n1', { state: 'down' }), aSwarmNode('n2')];
    expect(
      one(aService(), [aTask('running'), aTask('running', { Slot: 2, NodeID: 'n2' })], nodes),
    ).toMatchObject({
      running: 1,
      cause: 'node_down',
      problem: expect.stringContaining('the node host-n1 is down'),
    });
  });

  test.each(['updating', 'paused', 'rollback_started', 'rollback_paused'])(
    'while its update is %s only what is of the wanted spec counts',
    (State) => {
      const updating = aService(
        { TaskTemplate: { ContainerSpec: { Image: 'nginx:2' }, Runtime: 'container' } },
        { UpdateStatus: { State, Message: 'a task failed' } },
      );
      const fresh = aTask('running', { Slot: 2, Spec: { ContainerSpec: { Image: 'nginx:2' } } });
      expect(one(updating, [aTask('running'), fresh])).toMatchObject({ running: 1, desired: 2 });
    },
  );

  test('after it all tasks count, and what stopped it half-way is told', () => {
    const updated = aService({}, { UpdateStatus: { State: 'completed', Message: '' } });
    const other = aTask('running', { Slot: 2, Spec: {} });
    expect(one(updated, [aTask('running'), other])).toMatchObject({ running: 2 });
    const paused = aService(
      {},
      { UpdateStatus: { State: 'paused', Message: 'update paused due to failure' } },
    );
    expect(one(paused, [aTask('running'), other]).problem).toBe(
      'its update has stopped: update paused due to failure',
    );
  });

  test('a global service wants a task on each node that takes it', () => {
    const global = (constraints: string[] = []) =>
      aService({ Mode: { Global: {} }, TaskTemplate: { Placement: { Constraints: constraints } } });
    const task = (NodeID: string) => aTask('running', { NodeID, Slot: undefined });
    expect(one(global(), [task('n1'), task('n2')])).toMatchObject({ mode: 'global', desired: 3, running: 2 });
    const drained = [
      aSwarmNode('n1'),
      aSwarmNode('n2', { Availability: 'drain' }),
      aSwarmNode('n3', { state: 'down' }),
    ];
    expect(one(global(), [task('n1')], drained)).toMatchObject({ desired: 1, running: 1 });
    expect(one(global(['node.role == manager']), [])).toMatchObject({ desired: 1 });
    const unplaced = one(global(['node.labels.disk == ssd']), []);
    expect(hasConverged(unplaced)).toBe(true);
    expect(unplaced).toMatchObject({
      desired: 0,
      cause: 'no_suitable_node',
      problem: expect.stringContaining('no node meets node.labels.disk == ssd'),
    });
    const away = [aSwarmNode('n1', { Role: 'manager', Availability: 'drain' }), aSwarmNode('n2')];
    expect(one(global(['node.role == manager']), [], away).problem).toBe(
      'the nodes that meet its constraints take no tasks',
    );
  });

  test('one that wants no replicas has all it should have', () => {
    const none = one(aService({ Mode: { Replicated: { Replicas: 0 } } }), [aTask('shutdown', { second: 1 })]);
    expect(none).toEqual({
      name: 's_web',
      mode: 'replicated',
      desired: 0,
      running: 0,
      failed: 0,
      since: at(0),
    });
    expect(hasConverged(none)).toBe(true);
  });

  test('services come by name, whoever made them', () => {
    const named = (Name: string) => aService({ Name });
    expect(serviceStatuses([named('b'), named('a')], [], NODES).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('a fraction whose last zeros Go left out does not upset the order', () => {
    const tasks = [aTask('failed', { Err: 'the older' }), aTask('failed', { Err: 'the newer' })] as [
      Task,
      Task,
    ];
    tasks[0].Status.Timestamp = '2026-03-02T12:00:01.1Z';
    tasks[1].Status.Timestamp = '2026-03-02T12:00:01.12Z';
    expect(one(aService(), tasks).error).toBe('the newer');
    expect(one(aService(), tasks.toReversed()).error).toBe('the newer');
  });
});

describe('a job', () => {
  const job = (Mode: Service['Spec']['Mode'], run?: number) =>
    aService({ Mode }, { JobStatus: { JobIteration: run === undefined ? {} : { Index: run } } });
  const done = (more: Parameters<typeof aTask>[1] = {}) =>
    aTask('complete', { DesiredState: 'complete', exit: 0, JobIteration: {}, ...more });

  test('has converged once its tasks have completed, the first of which has no number', () => {
    const three = job({ ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 3 } });
    const first = done({ Slot: undefined, second: 1 });
    const running = aTask('running', { Slot: 1, DesiredState: 'complete', JobIteration: {} });
    const under = one(three, [first, running]);
    expect(under).toMatchObject({ mode: 'replicated-job', desired: 3, running: 1, completed: 1 });
    expect(hasConverged(under)).toBe(false);
    const all = one(three, [first, done({ second: 2 }), done({ Slot: 2, second: 3 })]);
    expect(all).toMatchObject({ running: 3, completed: 3, failed: 0, since: at(3) });
    expect(hasConverged(all)).toBe(true);
  });

  test('of all nodes is done once it has completed on each', () => {
    const everywhere = job({ GlobalJob: {} });
    const on = (NodeID: string) => done({ NodeID, Slot: undefined });
    expect(one(everywhere, [on('n1'), on('n2')])).toMatchObject({
      mode: 'global-job',
      desired: 3,
      running: 2,
    });
    expect(hasConverged(one(everywhere, [on('n1'), on('n2'), on('n3')]))).toBe(true);
  });

  test('that runs anew counts from nothing', () => {
    const again = job({ ReplicatedJob: {} }, 2);
    expect(one(again, [done()])).toMatchObject({ desired: 1, running: 0 });
    expect(one(again, [done(), done({ JobIteration: { Index: 2 } })])).toMatchObject({ running: 1 });
  });

  test('whose tasks fail says why', () => {
    const failed = [1, 2].map((second) =>
      aTask('failed', { Err: 'task: non-zero exit (1)', second, Slot: undefined, JobIteration: {} }),
    );
    expect(one(job({ ReplicatedJob: { TotalCompletions: 1 } }), failed)).toMatchObject({
      running: 0,
      failed: 1,
      cause: 'crash_loop',
    });
  });
});

describe('a service that is to run once', () => {
  const once = (Condition: string) =>
    aService({
      Mode: { Replicated: { Replicas: 1 } },
      TaskTemplate: { ContainerSpec: { Image: 'nginx:latest' }, RestartPolicy: { Condition } },
    });

  test('has done what it should once its task ended well', () => {
    for (const condition of ['on-failure', 'none']) {
      const status = one(once(condition), [aTask('complete', { exit: 0, second: 4 })]);
      expect(status).toMatchObject({ desired: 1, running: 1, completed: 1, failed: 0, since: at(4) });
      expect(status).not.toHaveProperty('problem');
    }
  });

  test('has not, if it ended badly or is started again', () => {
    expect(one(once('any'), [aTask('complete', { exit: 0 })])).toMatchObject({ running: 0, cause: 'ended' });
    expect(one(once('none'), [aTask('failed', { Err: 'task: non-zero exit (2)' })])).toMatchObject({
      running: 0,
      failed: 1,
      problem: expect.stringContaining('its restart_policy is none, so it stays so'),
    });
  });
});

describe('what tasks wait for, where nothing has failed', () => {
  const stuck = (State: string, service = aService(), seconds = 11) =>
    one(service, [aTask(State, { second: 0 })], NODES, Date.parse(at(seconds)));

  test.each([
    ['new', 'network_not_ready', 'gives its tasks no address'],
    ['preparing', 'pulling', 'host-n1 still pulls nginx:latest'],
    ['assigned', 'node_down', 'host-n1 has not taken its task up'],
  ])('%s for more than ten seconds', (state, cause, words) => {
    expect(stuck(state)).toMatchObject({ cause, problem: expect.stringContaining(words) });
    expect(stuck(state, aService(), 9)).not.toHaveProperty('cause');
  });

  test('new, where it publishes a port, it may be that ingress has no address left', () => {
    const leader = { Leader: true, Reachability: 'reachable' as const, Addr: '10.0.0.1:2377' };
    const [first, ...others] = NODES as [Node, ...Node[]];
    const led = [{ ...first, ManagerStatus: leader }, ...others];
    const problemOf = (ports: object[]) =>
      one(
        aService({ EndpointSpec: { Ports: ports } }),
        [aTask('new', { second: 0 })],
        led,
        Date.parse(at(11)),
      ).problem;
    expect(problemOf([{ TargetPort: 80, PublishedPort: 80 }])).toContain(
      'restart host-n1, which leads the swarm',
    );
    expect(problemOf([{ TargetPort: 80, PublishedPort: 80, PublishMode: 'host' }])).not.toContain('ingress');
    expect(problemOf([])).not.toContain('ingress');
  });

  test('preparing for less than engines wait for each other, where it has a network, it may be that', () => {
    const service = aService();
    service.Spec.TaskTemplate.Networks = [{ Target: 'front' }];
    expect(stuck('preparing', service).problem).toContain('ends by itself after 30 s');
    expect(stuck('preparing', service, 36).problem).toBe('host-n1 still pulls nginx:latest');
    expect(stuck('preparing').problem).toBe('host-n1 still pulls nginx:latest');
  });

  test('starting, if it has a health check', () => {
    expect(stuck('starting')).not.toHaveProperty('cause');
    const checked = aService({
      TaskTemplate: { ContainerSpec: { Image: 'a', Healthcheck: { Test: ['CMD', 'x'] } } },
    });
    expect(stuck('starting', checked)).toMatchObject({ cause: 'unhealthy' });
  });

  test('is not what an update has already put right', () => {
    const repaired = aService({}, { PreviousSpec: aService().Spec, UpdatedAt: at(4) });
    const before = aTask('rejected', { Err: 'No such image: x', Spec: {}, second: 3 });
    expect(one(repaired, [before, aTask('preparing', { second: 5 })])).not.toHaveProperty('problem');
    expect(one(repaired, [before])).not.toHaveProperty('problem');
    const since = aTask('rejected', { Err: 'No such image: y', second: 5 });
    expect(one(repaired, [before, since]).error).toBe('No such image: y');
  });
});

describe('what a lab’s record keeps', () => {
  const late = (since: number, more: Partial<ServiceStatus> = {}): ServiceStatus => ({
    name: 's_web',
    mode: 'replicated',
    desired: 2,
    running: 1,
    failed: 1,
    since: at(since),
    ...more,
  });

  test('is the moment from which something was missing, while it is', () => {
    expect(recordedStatuses([late(9)], [late(3)])).toEqual([late(3)]);
    expect(recordedStatuses([late(9)], [late(3, { running: 2 })])).toEqual([late(9)]);
    expect(recordedStatuses([late(9, { running: 2 })], [late(3)])).toEqual([late(9, { running: 2 })]);
    expect(recordedStatuses([late(9)], [])).toEqual([late(9)]);
  });

  test('is small: four stacks of eight services that all fail leave room in 16 KB', () => {
    const error =
      'starting container failed: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/docker-entrypoint.sh": stat /docker-entrypoint.sh: no such file or directory: unknown';
    const services = Array.from({ length: 8 }, (_, index) =>
      aService({ Name: `giropops-monitoring_mongo-${index}` }, { ID: `web-${index}` }),
    );
    const tasks = services.map(({ ID }) => aTask('failed', { ServiceID: ID, Err: error }));
    const kept = recordedStatuses(serviceStatuses(services, tasks, NODES, NOW), []);
    expect(kept.every(({ problem }) => problem?.includes('not in the image'))).toBe(true);
    expect(JSON.stringify(Array(4).fill(kept)).length).toBeLessThan(11_000);
  });
});

test('no swarm, however odd, breaks the count', () => {
  const states = ['new', 'pending', 'running', 'failed', 'rejected', 'complete', 'shutdown', 'orphaned'];
  const task = fc.record({
    state: fc.constantFrom(...states),
    slot: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    second: fc.integer({ min: 0, max: 50 }),
    wanted: fc.constantFrom('running', 'ready', 'shutdown', 'complete', 'remove'),
    error: fc.option(fc.constantFrom('', 'No such image: x', 'task: non-zero exit (1)'), { nil: undefined }),
  });
  const mode = fc.constantFrom<Service['Spec']['Mode']>(
    { Replicated: { Replicas: 3 } },
    { Global: {} },
    { ReplicatedJob: { TotalCompletions: 2 } },
    { GlobalJob: {} },
  );
  fc.assert(
    fc.property(mode, fc.array(task, { maxLength: 12 }), (Mode, drawn) => {
      const tasks = drawn.map(({ state, slot, second, wanted, error }) =>
        aTask(state, {
          Slot: slot,
          second,
          DesiredState: wanted,
          ...(error === undefined ? {} : { Err: error }),
        }),
      );
      const status = ServiceStatus.parse(one(aService({ Mode }), tasks));
      expect(status.failed).toBeLessThanOrEqual(Math.max(0, status.desired - status.running));
      expect(status.completed ?? 0).toBeLessThanOrEqual(status.running);
      expect(Number.isNaN(Date.parse(status.since ?? ''))).toBe(false);
    }),
  );
});
