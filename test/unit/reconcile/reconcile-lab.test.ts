import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { iso } from '../../../shared/core/clock.ts';
import { SlipwayError } from '../../../shared/core/errors.ts';
import { phaseOf } from '../../../shared/lab/phase.ts';
import type { Policy } from '../../../shared/ports/deps.ts';
import type { Engine } from '../../../shared/ports/engine.ts';
import { reconcileLab } from '../../../shared/reconcile/reconcile-lab.ts';
import { tick } from '../../../shared/reconcile/tick.ts';
import { aLab, aMachine, START } from '../../support/builders.ts';
import { DriverWorld, type DriverWorldOptions } from '../../support/driver-world.ts';
import { LaggingDriver } from '../../support/lagging-driver.ts';
import { ManualQueue, type Mishap } from '../../support/manual-queue.ts';
import { createWorld } from '../../support/world.ts';

const MINUTE = 60_000;
const swarmless = {
  name: 'host',
  serverVersion: '20.10.24',
  swarm: {
    nodeId: '',
    nodeAddress: '',
    localNodeState: 'inactive' as const,
    controlAvailable: false,
    error: '',
    remoteManagers: [],
    clusterId: undefined,
  },
};

interface HouseOptions extends DriverWorldOptions {
  policy?: Partial<Policy>;
  enrols?: boolean;
  /** Boots that enrol and then fail to start their engine, and say so. */
  failingBoots?: number;
  mishap?: (labId: string) => Mishap | undefined;
  oneMessagePerLab?: boolean;
}

/** One host, no swarm, over fakes; its boot enrols at once unless told. A minute's tick runs beside the queue. */
async function aHouse({
  policy,
  enrols = true,
  failingBoots = 0,
  mishap,
  oneMessagePerLab = true,
  ...options
}: HouseOptions = {}) {
  const world = createWorld({ ...(policy ? { policy } : {}) });
  const { clock, labs } = world.deps;
  let boots = 0;
  const driverWorld = new DriverWorld({
    now: () => clock.now(),
    onBoot: ({ labId, name }) => {
      if (!enrols) return;
      boots += 1;
      const at = iso(clock.now());
      const failure = { message: 'dockerd did not start', at };
      void labs
        .saveEnrolment(labId, {
          machine: name,
          enrolledAt: at,
          ...(boots > failingBoots ? {} : { failure }),
        })
        .then(() => deps.queue.enqueue(labId, 0));
    },
    ...options,
  });
  const driver = new LaggingDriver({ world: driverWorld });
  const queue = new ManualQueue({ clock, oneMessagePerLab, ...(mishap ? { mishap } : {}) });
  const info = async () => {
    if (boots > failingBoots) return swarmless;
    throw new SlipwayError('engine_unreachable', 'connection refused', { retryable: true });
  };
  const engines = {
    of: async () => ({ info, ping: info }) as unknown as Engine,
    forget: () => undefined,
  };
  const deps = { ...world.deps, driver, queue, engines };
  queue.consume((labId) => reconcileLab(deps, labId));
  const lab = aLab({
    template: 'docker-host',
    spec: {
      machines: [aMachine('docker-host')],
      swarm: 'none',
      stacks: [],
      expiresAt: iso(START + 240 * MINUTE),
    },
  });
  await labs.create(lab);
  await queue.enqueue(lab.id, 0);
  const load = async () => {
    const found = await labs.load(lab.id);
    if (found === undefined) throw new Error('the lab has no record');
    return found.lab;
  };
  return {
    deps,
    driver,
    queue,
    driverWorld,
    lab,
    load,
    phase: async () => phaseOf(await load(), clock.now()),
    events: async () => (await labs.listEvents(lab.id, { after: 0, limit: 1000 })).map(({ type }) => type),
    /** Time passes, with a tick each minute. */
    async pass(minutes: number) {
      const until = clock.now() + minutes * MINUTE;
      while (clock.now() < until) {
        await tick(deps);
        await queue.drain(Math.min(until, clock.now() + MINUTE));
      }
    },
  };
}

describe('a lab of one host', () => {
  test('is ready after one message, tells its way in order, and is next due at its first warning', async () => {
    const house = await aHouse();
    await house.pass(1);
    expect(await house.phase()).toBe('ready');
    const told = await house.events();
    expect(told[0]).toBe('Requested');
    expect(told.at(-1)).toBe('Ready');
    expect((await house.load()).dueAt).toBe(START + 210 * MINUTE);
  });

  test('is launched once, however much its driver’s list lags', async () => {
    const house = await aHouse({ lagCalls: 8, bootMilliseconds: 3_000 });
    await house.pass(1);
    expect(await house.phase()).toBe('ready');
    expect((await house.load()).status.intent?.attempt).toBe(1);
    expect(house.driver.calls.filter((verb) => verb === 'create')).toHaveLength(1);
  });

  test.each(['before', 'after'] as const)(
    'is one machine when the launch fails %s its effect',
    async (when) => {
      const house = await aHouse();
      house.driver.failOnce(
        'create',
        when,
        new SlipwayError('driver_failed', 'cut short', { retryable: true }),
      );
      await house.pass(1);
      expect(await house.phase()).toBe('ready');
      expect(house.driverWorld.machines.map(({ attempt }) => attempt)).toEqual([1]);
    },
  );

  test('carries out no launch whose intent it could not save', async () => {
    const house = await aHouse();
    house.deps.labs.faults.failNext(
      'saveStatus',
      new SlipwayError('version_conflict', 'somebody was faster'),
    );
    await house.queue.drain(START, 1).catch(() => undefined);
    expect(house.driver.calls).not.toContain('create');
    await house.pass(1);
    expect(await house.phase()).toBe('ready');
  });

  test('that vanishes is made again at once, and ever more slowly when it keeps vanishing', async () => {
    const house = await aHouse();
    await house.pass(1);
    house.driver.vanish(house.lab.id, 'docker-host');
    await house.pass(1);
    expect(house.driverWorld.machines.map(({ attempt }) => attempt)).toEqual([2]);
    expect(await house.events()).toContain('MachinesLost');
    for (let times = 0; times < 200; times += 1) {
      house.driver.vanish(house.lab.id, 'docker-host');
      await house.queue.enqueue(house.lab.id, 0);
      await house.pass(0.5);
    }
    const attempts = (await house.load()).status.intent?.attempt ?? 0;
    expect(attempts).toBeGreaterThan(5);
    expect(attempts).toBeLessThan(35);
  });

  test('warns before its end, ends when it is due, and leaves nothing but its record', async () => {
    const house = await aHouse();
    await house.pass(239);
    expect(await house.phase()).toBe('ready');
    const warnings = (await house.events()).filter((type) => type === 'ExpiryWarning');
    expect(warnings).toHaveLength(2);
    await house.pass(1.1);
    expect(await house.phase()).toBe('deleted');
    expect(await house.events()).toEqual(expect.arrayContaining(['Expired', 'Deleted']));
    expect(house.driverWorld.machines).toEqual([]);
    expect(await house.driver.listNetworks()).toEqual([]);
    expect(await house.deps.secrets.get(house.lab.id, 'ca')).toBeUndefined();
    const gone = Date.parse((await house.load()).status.deletedAt ?? '');
    expect(gone - Date.parse(house.lab.spec.expiresAt)).toBeLessThan(1_000);
  });

  test('is forgotten whole once its record has been kept long enough', async () => {
    const house = await aHouse({ policy: { recordDays: 1 } });
    const lab = await house.load();
    await house.deps.labs.saveSpec(lab, { ...lab.spec, deleted: true }, START);
    await house.pass(1);
    await house.pass(24 * 60 - 3);
    expect(await house.phase()).toBe('deleted');
    await house.pass(5);
    expect(await house.deps.labs.load(house.lab.id)).toBeUndefined();
  });

  test('that never comes up has failed at its deadline, says where it stood, and is torn down', async () => {
    const house = await aHouse({ enrols: false, policy: { readyWithinSeconds: 60 } });
    await house.pass(3);
    expect(await house.phase()).toBe('failed');
    const { failure } = (await house.load()).status;
    expect(failure?.message).toMatch(/not up after 60 s: docker-host has not enrolled yet/);
    expect(house.driverWorld.machines).toEqual([]);
  });

  test('whose boot gave up enrolling is booted anew', async () => {
    const house = await aHouse({ enrols: false });
    await house.pass(2);
    expect(house.driver.calls.filter((verb) => verb === 'restart')).toHaveLength(1);
    expect(await house.events()).toContain('BootedAnew');
  });

  test('whose boot enrolled and failed after it says why, and is booted anew', async () => {
    const house = await aHouse({ failingBoots: 1 });
    await house.queue.drain(house.deps.clock.now() + 30_000);
    expect((await house.load()).status.conditions.EnginesReady.message).toContain('dockerd did not start');
    await house.pass(2);
    expect(house.driver.calls.filter((verb) => verb === 'restart')).toHaveLength(1);
    expect(await house.phase()).toBe('ready');
  });

  test('that the driver refuses for good has failed with the driver’s words', async () => {
    const house = await aHouse();
    house.driver.failOnce(
      'create',
      'before',
      new SlipwayError('driver_failed', 'no such image: slipway-host'),
    );
    await house.pass(1);
    expect(await house.phase()).toBe('failed');
    expect((await house.load()).status.failure?.message).toBe('no such image: slipway-host');
  });

  test('says that it cannot be seen while the driver does not answer, and is ready again when it does', async () => {
    const house = await aHouse();
    await house.pass(1);
    const away = new SlipwayError('driver_failed', 'the engine does not answer', { retryable: true });
    for (let times = 0; times < 3; times += 1) house.driver.failOnce('list', 'before', away);
    await house.queue.drain(house.deps.clock.now() + 5_100);
    expect((await house.load()).status.conditions.MachinesRunning).toMatchObject({
      status: 'Unknown',
      message: 'the engine does not answer',
    });
    expect(await house.phase()).toBe('degraded');
    await house.pass(1);
    expect(await house.phase()).toBe('ready');
  });

  test('switched off is stopped with its disk, switched on it is ready again', async () => {
    const house = await aHouse();
    await house.pass(1);
    const ask = async (power: 'on' | 'off') => {
      const lab = await house.load();
      await house.deps.labs.saveSpec(lab, { ...lab.spec, power }, house.deps.clock.now());
      await house.queue.enqueue(lab.id, 0);
      await house.pass(1);
    };
    await ask('off');
    expect(await house.phase()).toBe('stopped');
    expect(house.driverWorld.machines.map(({ power }) => power)).toEqual(['off']);
    await ask('on');
    expect(await house.phase()).toBe('ready');
    expect((await house.load()).status.intent?.attempt).toBe(1);
  });

  test('whose machine is stopped, started, killed and restarted by request does so, and is not repaired', async () => {
    const house = await aHouse();
    await house.pass(1);
    const ask = async (change: { power?: 'on' | 'off' | 'killed'; restarts?: number }) => {
      const lab = await house.load();
      const machines = lab.spec.machines.map((machine) => ({ ...machine, ...change }));
      await house.deps.labs.saveSpec(lab, { ...lab.spec, machines }, house.deps.clock.now());
      await house.queue.enqueue(lab.id, 0);
      await house.pass(1);
    };
    await ask({ power: 'off' });
    expect(house.driverWorld.machines[0]?.power).toBe('off');
    await ask({ power: 'on' });
    await ask({ restarts: 1 });
    await house.pass(2);
    await ask({ power: 'killed' });
    const verbs = house.driver.calls.filter((verb) => ['start', 'stop', 'kill', 'restart'].includes(verb));
    expect(verbs).toEqual(['stop', 'start', 'restart', 'kill']);
    expect(await house.phase()).toBe('ready');
  });
});

describe('whatever happens to messages', () => {
  test('lost, doubled or in any order: the lab is ready, then gone in time, and launched once', async () => {
    const mishaps = fc.array(fc.constantFrom<Mishap | undefined>(undefined, 'lost', 'duplicated'), {
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(mishaps, fc.integer({ min: 0, max: 20_000 }), async (planned, lagMilliseconds) => {
        const plan = [...planned];
        // As on SQS every message is kept, so that doubled ones really run twice.
        const house = await aHouse({
          mishap: () => plan.shift(),
          oneMessagePerLab: false,
          lagMilliseconds,
          bootMilliseconds: 2_000,
          // Each lost message costs up to two ticks; the deadline has a test of its own.
          policy: { observeSeconds: 60, readyWithinSeconds: 3600 },
        });
        await house.pass(45);
        expect(await house.phase()).toBe('ready');
        expect((await house.load()).status.intent?.attempt).toBe(1);
        await house.pass(200);
        expect(await house.phase()).toBe('deleted');
        expect(house.driverWorld.machines).toEqual([]);
      }),
      { numRuns: 25, examples: [[Array.from({ length: 5 }, () => 'lost' as const), 0]] },
    );
  });
});
