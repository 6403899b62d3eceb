import { describe, expect, test } from 'vitest';
import { SlipwayError } from '../../../shared/core/errors.ts';
import { composeOnly } from '../../../shared/lab/stack-source.ts';
import type { Engine } from '../../../shared/ports/engine.ts';
import { serviceStatuses } from '../../../shared/stack/converge.ts';
import { deployStack } from '../../../shared/stack/deploy.ts';
import { explainService } from '../../../shared/stack/explain-service.ts';
import { lookAtSwarm } from '../../../shared/stack/preflight/swarm-picture.ts';
import { StackView, viewStack, viewTasks } from '../../../shared/stack/view-stack.ts';
import { aFakeLab, type FakeLab } from '../../support/fake-lab.ts';
import { aService, aSwarmNode, aTask, at } from '../../support/swarm-builders.ts';

async function aLabWith(compose: string, missing: string[] = []): Promise<FakeLab> {
  const lab = aFakeLab({ managers: 1, workers: 1 });
  await lab.form();
  for (const image of missing) lab.all.missingImages.add(image);
  await deployStack(lab.engine('m1'), { name: 'shop', source: composeOnly(compose) });
  return lab;
}

describe('a stack seen live', () => {
  test('has its services with their tasks, and has converged', async () => {
    const lab = await aLabWith('services: { web: { image: nginx, deploy: { replicas: 2 } } }');
    const view = StackView.parse(await viewStack(lab.engine('m1'), 'shop'));
    expect(view).toMatchObject({
      name: 'shop',
      converged: true,
      services: [
        {
          name: 'shop_web',
          image: 'nginx:latest',
          converged: true,
          running: 2,
          tasks: [
            { node: 'm1', slot: 1, state: 'running', desired: 'running' },
            { node: 'w1', slot: 2, state: 'running', desired: 'running' },
          ],
        },
      ],
    });
  });

  test('says what an image lacks, by what its registry says', async () => {
    const compose = 'services: { web: { image: "nobody/has-this:1" } }';
    const lab = await aLabWith(compose, ['nobody/has-this:1']);
    const lost = await viewStack(lab.engine('m1'), 'shop');
    expect(lost).toMatchObject({ converged: false, services: [{ cause: 'no_such_image', running: 0 }] });
    expect(lost.services[0]?.problem).toContain('check the name and tag of nobody/has-this:1');
    expect(lost.services[0]?.tasks[0]).toMatchObject({
      state: 'rejected',
      error: 'No such image: nobody/has-this:1',
    });
  });

  test('of a stack that is not there has no services', async () => {
    const lab = await aLabWith('services: { web: { image: nginx } }');
    expect(await viewStack(lab.engine('m1'), 'other')).toEqual({
      name: 'other',
      converged: true,
      services: [],
    });
  });
});

describe('tasks as people see them', () => {
  const nodes = [aSwarmNode('n1')];

  test('those wanted come first, by slot; then the newest of what has been, with its error', () => {
    const tasks = [
      aTask('failed', { second: 1, Err: 'x'.repeat(900), exit: 3 }),
      aTask('running', { Slot: 2, second: 3, exit: 0 }),
      aTask('shutdown', { second: 2, exit: 143, NodeID: 'gone' }),
      aTask('ready', { second: 4, DesiredState: 'ready' }),
    ];
    const views = viewTasks(tasks, nodes);
    expect(views.map(({ slot, state, since }) => [slot, state, since])).toEqual([
      [1, 'ready', at(4)],
      [2, 'running', at(3)],
      [1, 'shutdown', at(2)],
      [1, 'failed', at(1)],
    ]);
    expect(views[1]).toEqual({
      id: tasks[1]?.ID,
      node: 'host-n1',
      slot: 2,
      state: 'running',
      desired: 'running',
      since: at(3),
    });
    expect(views[2]).not.toHaveProperty('node');
    expect(views[2]?.exitCode).toBe(143);
    expect(views[3]?.error).toHaveLength(300);
  });

  test('are sixty at most', () => {
    const many = Array.from({ length: 200 }, (_, index) => aTask('running', { Slot: index }));
    expect(viewTasks(many, nodes)).toHaveLength(60);
  });
});

describe('looking deeper into a service that lacks tasks', () => {
  const NODES = [aSwarmNode('n1')];
  const service = aService();
  const crashed = aTask('failed', { Err: 'task: non-zero exit (1)', second: 2, exit: 1 });
  const older = aTask('failed', { Err: 'task: non-zero exit (1)', second: 1, exit: 1 });

  /** An engine of which only the log and the registry are asked. */
  function engineThat({ logs, findImage }: Partial<Engine>): Engine {
    const none = () => Promise.reject(new Error('not to be asked'));
    return { logs: logs ?? none, findImage: findImage ?? none } as unknown as Engine;
  }
  const saying =
    (...lines: string[]): Engine['logs'] =>
    async (_, __, onLine) => {
      for (const text of lines) onLine({ stream: 'stdout', at: at(1), text });
    };
  const explain = (engine: Engine, tasks = [older, crashed]) => {
    const [status] = serviceStatuses([service], tasks, NODES, Date.parse(at(3)));
    if (status === undefined) throw new Error('no status');
    return explainService(engine, service, status, { tasks, nodes: NODES, services: [service] });
  };

  test('reads the last 20 lines of the newest task that ended, within 3 s', async () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    const asked: unknown[] = [];
    const engine = engineThat({
      logs: async (of, options, onLine) => {
        asked.push(of, options);
        await saying(...lines, 'y'.repeat(2000))(of, options, onLine);
      },
    });
    const { status, logTail } = await explain(engine);
    expect(asked).toEqual([
      { task: crashed.ID },
      { tail: 20, deadlineSeconds: 3, maximumBytes: expect.any(Number) },
    ]);
    expect(status.cause).toBe('crash_loop');
    expect(logTail).toHaveLength(20);
    expect(logTail?.[0]).toBe('line 11');
    expect(logTail?.[19]).toHaveLength(400);
  });

  test('finds the kernel’s refusal of a foreign program there', async () => {
    const { status, logTail } = await explain(engineThat({ logs: saying('exec /app: exec format error') }));
    expect(status).toMatchObject({
      cause: 'other_architecture',
      error: 'exec /app: exec format error',
      problem: expect.stringContaining('another kind of machine than the nodes, which are x86_64'),
    });
    expect(logTail).toEqual(['exec /app: exec format error']);
  });

  test('has what came before a node stopped answering, and does without what never came', async () => {
    const gone = new SlipwayError('engine_unreachable', 'no answer in 3 s');
    const partly: Engine['logs'] = async (of, options, onLine) => {
      await saying('the first')(of, options, onLine);
      throw gone;
    };
    expect((await explain(engineThat({ logs: partly }))).logTail).toEqual(['the first']);
    const silent = await explain(engineThat({ logs: () => Promise.reject(gone) }));
    expect(silent).not.toHaveProperty('logTail');
    expect(silent.status.cause).toBe('crash_loop');
    await expect(explain(engineThat({ logs: () => Promise.reject(new Error('a bug')) }))).rejects.toThrow(
      'a bug',
    );
  });

  test('asks the registry for an image that a node says is none', async () => {
    const lost = [aTask('rejected', { Err: 'No such image: nginx:latest' })];
    const asked = (finding: 'there' | 'missing' | 'unknown') =>
      explain(engineThat({ findImage: () => Promise.resolve(finding) }), lost);
    expect((await asked('missing')).status.problem).toContain('there is no such image');
    expect((await asked('unknown')).status.problem).toContain('there is no such image');
    expect((await asked('there')).status.problem).toContain(
      'the manager finds nginx:latest and the node cannot use it',
    );
  });

  test('asks nobody where the tasks have said it all', async () => {
    const homeless = [
      aTask('pending', { Err: 'no suitable node (scheduling constraints not satisfied on 1 node)' }),
    ];
    expect((await explain(engineThat({}), homeless)).status.cause).toBe('no_suitable_node');
    expect((await explain(engineThat({}), [aTask('preparing')])).status).not.toHaveProperty('cause');
  });
});

describe('a picture of the swarm', () => {
  test('holds what a stack is held against, with the images asked for', async () => {
    const lab = await aLabWith('services: { web: { image: nginx } }', ['lost:1']);
    lab.all.unknownImages.add('private:1');
    const engine = lab.engine('m1');
    await engine.createSecret({ Name: 'pass', Labels: {}, Data: 'eA==' });
    await engine.createConfig({ Name: 'site', Labels: {}, Data: 'eA==' });
    const images = ['nginx:latest', 'lost:1', 'private:1', 'lost:1'];
    const picture = await lookAtSwarm(engine, { images });
    expect(picture).toMatchObject({ secrets: ['pass'], configs: ['site'] });
    expect(picture.services.map(({ Spec }) => Spec.Name)).toEqual(['shop_web']);
    expect(picture.networks.map(({ Name }) => Name)).toContain('shop_default');
    expect(picture.nodes).toHaveLength(2);
    expect(picture.tasks).toHaveLength(1);
    expect([...picture.images]).toEqual([
      ['nginx:latest', 'there'],
      ['lost:1', 'missing'],
      ['private:1', 'unknown'],
    ]);
    expect((await lookAtSwarm(engine)).images.size).toBe(0);
  });

  test('waits 3 s at most for registries, asks six at once, and takes no failure for an answer', async () => {
    const lab = await aLabWith('services: { web: { image: nginx } }');
    let asked = 0;
    const engine: Engine = {
      ...lab.engine('m1'),
      findImage: (image) => {
        asked += 1;
        if (image === 'quick:1') return Promise.resolve('missing');
        if (image === 'broken:1') return Promise.reject(new SlipwayError('engine_unreachable', 'gone'));
        return new Promise(() => {});
      },
    };
    const slow = Array.from({ length: 20 }, (_, index) => `slow:${index}`);
    const started = performance.now();
    const { images } = await lookAtSwarm(engine, { images: ['quick:1', 'broken:1', ...slow] });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect([...images]).toEqual([
      ['quick:1', 'missing'],
      ['broken:1', 'unknown'],
    ]);
    // Six that hang, and two that made room.
    expect(asked).toBe(8);
  });
});
