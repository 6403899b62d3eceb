import { describe, expect, test } from 'vitest';
import { SlipwayError } from '../../../shared/core/errors.ts';
import {
  initSwarm,
  type JoinOptions,
  joinSwarm,
  replaceNode,
  swarmNodes,
  swarmTokens,
} from '../../../shared/engine/swarm.ts';
import type { Engine, EngineInfo } from '../../../shared/ports/engine.ts';
import type { EngineCall } from '../../support/fake-engine.ts';
import { aFakeLab, type FakeLab } from '../../support/fake-lab.ts';

const ADDRESS = '100.64.0.2';

async function joinOptions(lab: FakeLab, name: string): Promise<JoinOptions> {
  return {
    role: name.startsWith('m') ? 'manager' : 'worker',
    advertiseAddress: lab.hosts.find((host) => host.name === name)?.privateAddress ?? '',
    tokens: await swarmTokens(lab.engine('m1')),
    managers: [`${ADDRESS}:2377`],
  };
}

/** The engine with its swarm in a state that only crashes bring about. */
function inState(engine: Engine, swarm: Partial<EngineInfo['swarm']>, left: () => void): Engine {
  let isLeft = false;
  return {
    ...engine,
    info: async () => {
      const info = await engine.info();
      return isLeft ? info : { ...info, swarm: { ...info.swarm, ...swarm } };
    },
    leaveSwarm: async () => {
      isLeft = true;
      left();
    },
  };
}

describe('forming a swarm', () => {
  test.each([
    ['initSwarm', 'before'],
    ['initSwarm', 'after'],
    ['info', 'after'],
  ] as const)('is finished after a crash (%s, %s its effect)', async (call, when) => {
    const lab = aFakeLab({ managers: 1, workers: 0 });
    lab.all.failOnce(call, when);
    await expect(initSwarm(lab.engine('m1'), ADDRESS)).rejects.toThrow();
    await initSwarm(lab.engine('m1'), ADDRESS);
    const { clusterId } = (await lab.engine('m1').info()).swarm;
    await initSwarm(lab.engine('m1'), ADDRESS);
    expect((await lab.engine('m1').info()).swarm.clusterId).toBe(clusterId);
    expect(await swarmNodes(lab.engine('m1'))).toMatchObject([
      { hostname: 'm1', role: 'manager', leader: true, reachability: 'reachable' },
    ]);
  });

  test.each([
    ['info', 'before'],
    ['joinSwarm', 'before'],
    ['joinSwarm', 'after'],
  ] as const)('and a join is too (%s, %s its effect)', async (call, when) => {
    const lab = aFakeLab({ managers: 2, workers: 0 });
    await initSwarm(lab.engine('m1'), ADDRESS);
    const options = await joinOptions(lab, 'm2');
    lab.all.failOnce(call, when, { machine: 'm2' });
    await expect(joinSwarm(lab.engine('m2'), options)).rejects.toThrow(/told to fail/);
    await joinSwarm(lab.engine('m2'), options);
    expect((await swarmNodes(lab.engine('m1'))).map(({ hostname }) => hostname)).toEqual(['m1', 'm2']);
  });

  test('a node certificate lasts a year', async () => {
    const lab = aFakeLab({ managers: 1, workers: 0 });
    let seconds = 0;
    const engine: Engine = {
      ...lab.engine('m1'),
      initSwarm: async (options) => {
        seconds = options.nodeCertificateSeconds;
      },
    };
    await initSwarm(engine, ADDRESS);
    expect(seconds).toBe(8760 * 3600);
  });

  test('managers and workers join at once', async () => {
    const lab = aFakeLab({ managers: 3, workers: 3 });
    await lab.form();
    const roles = (await swarmNodes(lab.engine('m2'))).map(({ hostname, role }) => `${hostname} ${role}`);
    expect(roles).toEqual(['m1 manager', 'm2 manager', 'm3 manager', 'w1 worker', 'w2 worker', 'w3 worker']);
  });

  test('an engine that got stuck before it was a node begins anew', async () => {
    const lab = aFakeLab({ managers: 1, workers: 1 });
    let left = 0;
    const count = () => {
      left += 1;
    };
    await initSwarm(inState(lab.engine('m1'), { localNodeState: 'error' }, count), ADDRESS);
    const stuck = inState(lab.engine('w1'), { localNodeState: 'pending', nodeId: '' }, count);
    await joinSwarm(stuck, await joinOptions(lab, 'w1'));
    expect(left).toBe(2);
    expect(await swarmNodes(lab.engine('m1'))).toHaveLength(2);
  });

  test('one that forms a swarm for another run is left to it', async () => {
    const lab = aFakeLab({ managers: 1, workers: 0 });
    const forming = inState(lab.engine('m1'), { localNodeState: 'pending', nodeId: '' }, () => {
      throw new Error('it was made to leave');
    });
    await expect(initSwarm(forming, ADDRESS)).rejects.toMatchObject({ code: 'in_progress', retryable: true });
  });

  test('one that is a node already, and still on its way, is left to it', async () => {
    const lab = aFakeLab({ managers: 1, workers: 1 });
    await initSwarm(lab.engine('m1'), ADDRESS);
    const pending = inState(lab.engine('w1'), { localNodeState: 'pending', nodeId: 'its-node' }, () => {
      throw new Error('it was made to leave');
    });
    await expect(joinSwarm(pending, await joinOptions(lab, 'w1'))).rejects.toMatchObject({
      code: 'in_progress',
      retryable: true,
      message: 'w1 is joining the swarm',
    });
  });

  test('a node of another swarm leaves it', async () => {
    const lab = aFakeLab({ managers: 1, workers: 1 });
    await initSwarm(lab.engine('m1'), ADDRESS);
    await initSwarm(lab.engine('w1'), '100.64.0.3');
    await joinSwarm(lab.engine('w1'), await joinOptions(lab, 'w1'));
    expect((await lab.engine('w1').info()).swarm.controlAvailable).toBe(false);
    expect(await swarmNodes(lab.engine('m1'))).toHaveLength(2);
  });

  test('what passes is tried again, a few times; what does not is told at once', async () => {
    const tries = async (error: SlipwayError) => {
      const lab = aFakeLab({ managers: 1, workers: 1 });
      await initSwarm(lab.engine('m1'), ADDRESS);
      let made = 0;
      const engine: Engine = {
        ...lab.engine('w1'),
        joinSwarm: async () => {
          made += 1;
          throw error;
        },
      };
      await expect(joinSwarm(engine, await joinOptions(lab, 'w1'))).rejects.toBe(error);
      return made;
    };
    const refused = (status: number, words: string) =>
      new SlipwayError('engine_refused', words, { facts: { status } });
    expect(await tries(refused(500, 'raft: a membership change is in progress'))).toBe(3);
    expect(await tries(refused(400, 'A valid join token is necessary'))).toBe(1);
    expect(await tries(refused(500, 'invalid join token'))).toBe(1);
    expect(await tries(refused(503, 'Timeout was reached before node joined.'))).toBe(1);
    expect(await tries(new SlipwayError('engine_unreachable', 'no answer'))).toBe(1);
  });
});

describe('a rebuilt machine', () => {
  /** A new disk under the old name and address. */
  function rebuild(lab: FakeLab, name: string): void {
    const host = lab.hosts.find((each) => each.name === name);
    if (host === undefined) throw new Error(`no host ${name}`);
    lab.hosts.splice(lab.hosts.indexOf(host), 1, { ...host, id: host.id + 100 });
  }

  test.each(['m2', 'w1'])('takes the place of the node that %s was', async (name) => {
    const lab = aFakeLab({ managers: 3, workers: 1 });
    await lab.form();
    rebuild(lab, name);
    await replaceNode(lab.engine('m1'), name, '');
    await joinSwarm(lab.engine(name), await joinOptions(lab, name));
    const { nodeId } = (await lab.engine(name).info()).swarm;
    // Run again after a crash, it spares the node that the machine is now.
    await replaceNode(lab.engine('m1'), name, nodeId);
    const nodes = (await swarmNodes(lab.engine('m1'))).filter(({ hostname }) => hostname === name);
    expect(nodes).toMatchObject([{ id: nodeId, state: 'ready' }]);
  });

  test.each(['updateNode', 'removeNode'] as const)(
    'says that the swarm does not let go where %s fails, and does it the next time',
    async (call) => {
      const lab = aFakeLab({ managers: 3, workers: 0 });
      await lab.form();
      rebuild(lab, 'm2');
      lab.all.failOnce(call);
      await expect(replaceNode(lab.engine('m1'), 'm2', '')).rejects.toMatchObject({
        code: 'conflict',
        retryable: true,
        message: 'the swarm does not let go of the node that m2 was',
      });
      await replaceNode(lab.engine('m1'), 'm2', '');
      expect(await swarmNodes(lab.engine('m1'))).toHaveLength(2);
    },
  );

  test('that someone else removed meanwhile is done', async () => {
    const lab = aFakeLab({ managers: 1, workers: 1 });
    await lab.form();
    rebuild(lab, 'w1');
    const gone = new SlipwayError('engine_refused', 'node not found', { facts: { status: 404 } });
    lab.all.failOnce('removeNode', 'after', { error: gone });
    await replaceNode(lab.engine('m1'), 'w1', '');
    expect(await swarmNodes(lab.engine('m1'))).toHaveLength(1);
  });
});

describe('engines in memory', () => {
  const UNUSED: EngineCall[] = ['nodes', 'services', 'joinTokens'];

  test.each(UNUSED)('refuse %s on a host that is no manager', async (call) => {
    const lab = aFakeLab({ managers: 1, workers: 1 });
    await lab.form();
    const engine = lab.engine('w1') as unknown as Record<string, () => Promise<unknown>>;
    await expect(engine[call]?.()).rejects.toMatchObject({ code: 'engine_refused', facts: { status: 503 } });
  });

  test('answer to nobody who comes by an address of before, or for a host that is gone', async () => {
    const lab = aFakeLab({ managers: 1, workers: 0 });
    const [host] = lab.hosts;
    if (host === undefined) throw new Error('no host');
    host.address = '203.0.113.1';
    const port = 2376;
    const engine = await lab.all.of(host.labId, { name: 'm1', engine: { host: '203.0.113.1', port } });
    expect((await engine.info()).name).toBe('m1');
    host.address = '203.0.113.2';
    await expect(engine.info()).rejects.toMatchObject({ code: 'engine_unreachable' });
    const none = await lab.all.of(host.labId, { name: 'm9', engine: { host: '203.0.113.9', port } });
    await expect(none.info()).rejects.toMatchObject({ code: 'engine_unreachable' });
    lab.hosts.length = 0;
    await expect(engine.info()).rejects.toMatchObject({ code: 'engine_unreachable' });
  });
});
