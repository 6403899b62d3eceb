import { BlockList } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newLabId, randomSecret } from '../../shared/core/ids.ts';
import type { Driver, DriverMachine, Launch, LaunchWish } from '../../shared/ports/driver.ts';

/** Where a driver's machines live, for the length of a suite. */
export interface DriverGround {
  /** A driver of a deployment; two of one deployment see the same machines. */
  open(deployment?: string): Driver;
  /** One of the first deployment, whose process dies once it has done so many steps outside. */
  openDying(steps: number): Driver;
  close(): Promise<void>;
}

const PATIENCE_MS = 60_000;
const SSH_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGtleSBvZiBhIHRlc3QgdGhhdCBubyBvbmUgaGFz student';
/** No launch has more steps than this; beyond, a driver that never completes one would loop for ever. */
const STEPS_LIMIT = 60;

/** What every Driver promises, whatever its machines are. */
export function driverContract(name: string, prepare: () => Promise<DriverGround>): void {
  describe(`the driver contract, kept by ${name}`, () => {
    let ground: DriverGround;
    let driver: Driver;
    let labs: string[] = [];

    beforeAll(async () => {
      ground = await prepare();
      driver = ground.open();
    });
    afterEach(async () => {
      for (const labId of labs) await tearDown(driver, labId);
      labs = [];
    });
    afterAll(() => ground.close());

    async function aLab(): Promise<string> {
      const labId = newLabId(Date.now());
      labs.push(labId);
      await driver.createNetwork(labId);
      return labId;
    }

    async function launched(labId: string, names: string[]): Promise<DriverMachine[]> {
      await driver.create(await planned(driver, labId, names));
      return running(driver, labId, names);
    }

    test('createNetwork gives a lab one range, however often it is asked, and listNetworks tells it', async () => {
      const labId = await aLab();
      const before = Date.now();
      const [first, second] = await Promise.all([driver.createNetwork(labId), driver.createNetwork(labId)]);
      expect(first).toEqual(second);
      expect(first.subnet).toMatch(/^\d+\.\d+\.\d+\.\d+\/\d+$/);
      const told = (await driver.listNetworks()).filter((network) => network.labId === labId);
      expect(told).toHaveLength(1);
      expect(Math.abs(Date.parse(told[0]?.createdAt ?? '') - before)).toBeLessThan(60_000);
    });

    test('removeNetwork refuses, retryably, while machines hang on it, and is done where it is gone', async () => {
      const labId = await aLab();
      await launched(labId, ['m1']);
      await driver.stop(labId, ['m1']);
      await expect(driver.removeNetwork(labId)).rejects.toMatchObject({
        code: 'driver_failed',
        retryable: true,
      });
      await gone(driver, labId, ['m1']);
      await driver.removeNetwork(labId);
      await driver.removeNetwork(labId);
      expect((await driver.listNetworks()).map((network) => network.labId)).not.toContain(labId);
    });

    test('allow is done again as it was done, may name others, and leaves the machines as they are', async () => {
      const labId = await aLab();
      await driver.allow(labId, { from: ['203.0.113.7/32'], ports: [8080, 8081] });
      const [before] = await launched(labId, ['m1']);
      await driver.allow(labId, { from: ['203.0.113.7/32'], ports: [8080, 8081] });
      await ground.open().allow(labId, { from: ['198.51.100.0/24', '203.0.113.7/32'], ports: [443] });
      await driver.allow(labId, { from: [], ports: [] });
      expect(await running(driver, labId, ['m1'])).toEqual([before]);
    });

    test('plan makes nothing, and the same wish has the same answer, which a record can keep', async () => {
      const labId = await aLab();
      const wish = wishOf(labId, ['m1', 'm2']);
      const placement = await driver.plan(wish);
      expect(await driver.plan(wish)).toEqual(placement);
      expect(await ground.open().plan(wish)).toEqual(placement);
      expect(JSON.parse(JSON.stringify(placement))).toEqual(placement);
      // Beside machines of that placement there is room for more.
      await driver.plan({ ...wish, attempt: 2, beside: placement });
      expect(await driver.list(labId)).toEqual([]);
    });

    test('describe tells what a plan makes of a machine, and never throws', async () => {
      const placement = await driver.plan(wishOf('a-lab', ['m1']));
      const kind = driver.describe(JSON.parse(JSON.stringify(placement)));
      expect(kind.type).toMatch(/^[a-z][a-z0-9.-]*$/);
      expect(kind.diskGigabytes).toBeGreaterThanOrEqual(0);
      expect(() => driver.describe({ zone: 'of another driver' })).not.toThrow();
    });

    test('create makes every machine of a launch, each with an address of its own in the network', async () => {
      const labId = await aLab();
      const machines = await launched(labId, ['m1', 'm2', 'm3']);
      expect(machines.map(({ name, attempt, labId: lab }) => ({ name, attempt, lab }))).toEqual(
        ['m1', 'm2', 'm3'].map((name) => ({ name, attempt: 1, lab: labId })),
      );
      expect(new Set(machines.map(({ privateAddress }) => privateAddress)).size).toBe(3);
      for (const machine of machines) {
        expect(machine.address).toBeDefined();
        expect(machine.engine?.port).toBeGreaterThan(0);
      }
      const [base = '', bits] = (await driver.createNetwork(labId)).subnet.split('/');
      const network = new BlockList();
      network.addSubnet(base, Number(bits));
      for (const { privateAddress } of machines) expect(network.check(privateAddress)).toBe(true);
    });

    test('the same launch again changes nothing, and one more machine leaves the others alone', async () => {
      const labId = await aLab();
      const before = await launched(labId, ['m1']);
      await driver.create(await planned(driver, labId, ['m1']));
      await driver.create(await planned(driver, labId, ['m1', 'm2']));
      const after = await running(driver, labId, ['m1', 'm2']);
      expect(after[0]).toEqual(before[0]);
      expect(after[1]?.privateAddress).not.toBe(before[0]?.privateAddress);
    });

    test('two creates of one launch at once make one set', async () => {
      const labId = await aLab();
      const launch = await planned(driver, labId, ['m1', 'm2']);
      await Promise.all([driver.create(launch), ground.open().create(launch)]);
      const machines = await running(driver, labId, ['m1', 'm2']);
      expect(new Set(machines.map(({ privateAddress }) => privateAddress)).size).toBe(2);
    });

    test('a machine of an earlier attempt gives way to a later one, and never the other way round', async () => {
      const labId = await aLab();
      await launched(labId, ['m1', 'm2']);
      await driver.create(await planned(driver, labId, ['m2'], 2));
      await settled(driver, labId, ([, m2]) => m2?.attempt === 2 && m2.state === 'Running');
      await driver.create(await planned(driver, labId, ['m1', 'm2'], 1));
      const machines = await running(driver, labId, ['m1', 'm2']);
      expect(machines.map(({ attempt }) => attempt)).toEqual([1, 2]);
    });

    test('a launch that a crash cut short, at whatever step, is completed by its repeat', async () => {
      let crashes = 0;
      for (let steps = 0; steps < STEPS_LIMIT; steps += 1) {
        const labId = await aLab();
        const launch = await planned(driver, labId, ['m1', 'm2']);
        const crashed = await ground
          .openDying(steps)
          .create(launch)
          .then(
            () => false,
            () => true,
          );
        await driver.create(launch);
        const machines = await running(driver, labId, ['m1', 'm2']);
        expect(new Set(machines.map(({ privateAddress }) => privateAddress)).size).toBe(2);
        await tearDown(driver, labId);
        if (!crashed) break;
        crashes += 1;
      }
      expect(crashes).toBeGreaterThan(1);
      expect(crashes).toBeLessThan(STEPS_LIMIT);
    });

    test('stop and start keep a machine and its private address, and doing either twice is done', async () => {
      const labId = await aLab();
      const [before] = await launched(labId, ['m1', 'm2']);
      await driver.stop(labId, ['m1']);
      await driver.stop(labId, ['m1']);
      const [stopped, other] = await settled(driver, labId, ([m1]) => m1?.state === 'Stopped');
      expect(stopped).toMatchObject({ privateAddress: before?.privateAddress, attempt: 1, ports: {} });
      expect(stopped?.engine).toBeUndefined();
      expect(other?.state).toBe('Running');
      // What is stopped is not launched again.
      await driver.create(await planned(driver, labId, ['m1', 'm2']));
      await settled(driver, labId, ([m1]) => m1?.state === 'Stopped');
      await driver.start(labId, ['m1']);
      await driver.start(labId, ['m1']);
      const [started] = await running(driver, labId, ['m1', 'm2']);
      expect(started?.privateAddress).toBe(before?.privateAddress);
      expect(started?.address).toBeDefined();
    });

    test('kill takes the power, and restart gives it back, to a machine that was off too', async () => {
      const labId = await aLab();
      const [before] = await launched(labId, ['m1']);
      await driver.kill(labId, ['m1']);
      await driver.kill(labId, ['m1']);
      await settled(driver, labId, ([m1]) => m1?.state === 'Stopped');
      await driver.restart(labId, ['m1']);
      await running(driver, labId, ['m1']);
      await driver.restart(labId, ['m1']);
      const [after] = await running(driver, labId, ['m1']);
      expect(after?.privateAddress).toBe(before?.privateAddress);
    });

    test('a name nobody knows is no error, and spares no other', async () => {
      const labId = await aLab();
      await launched(labId, ['m1', 'm2']);
      await driver.stop(labId, ['never-was', 'm1']);
      await settled(driver, labId, ([m1, m2]) => m1?.state === 'Stopped' && m2?.state === 'Running');
      await driver.start(labId, ['never-was', 'm1']);
      await running(driver, labId, ['m1', 'm2']);
      await driver.kill(labId, ['../m1', 'm2']);
      await settled(driver, labId, ([m1, m2]) => m1?.state === 'Running' && m2?.state === 'Stopped');
      await driver.remove(labId, ['never-was', '../m1', 'm1', 'm2']);
      await settled(driver, labId, (machines) => machines.length === 0);
      await driver.remove(labId, ['m1', 'm2']);
      await driver.restart(labId, ['m1']);
      await driver.start(newLabId(Date.now()), ['m1']);
      expect(await driver.list(labId)).toEqual([]);
    });

    test('another deployment on the same ground sees and touches nothing of this one', async () => {
      const labId = await aLab();
      const before = await launched(labId, ['m1']);
      const foreign = ground.open('foreign');
      expect(await foreign.list()).toEqual([]);
      expect(await foreign.list(labId)).toEqual([]);
      expect(await foreign.listNetworks()).toEqual([]);
      await foreign.stop(labId, ['m1']);
      await foreign.kill(labId, ['m1']);
      await foreign.remove(labId, ['m1']);
      await foreign.removeNetwork(labId);
      expect(await running(driver, labId, ['m1'])).toEqual(before);
      expect((await driver.listNetworks()).map((network) => network.labId)).toContain(labId);
    });

    test('two labs with the same names live apart, and list tells both or either', async () => {
      const [one, two] = [await aLab(), await aLab()];
      await Promise.all([one, two].map(async (labId) => driver.create(await planned(driver, labId, ['m1']))));
      const [[first], [second]] = [await running(driver, one, ['m1']), await running(driver, two, ['m1'])];
      expect(first?.privateAddress).not.toBe(second?.privateAddress);
      const all = (await driver.list()).map(({ labId }) => labId);
      expect(all).toEqual(expect.arrayContaining([one, two]));
      await gone(driver, one, ['m1']);
      expect(await running(driver, two, ['m1'])).toEqual([second]);
    });

    test('watch tells which lab changed, until it is told to end', async () => {
      const labId = await aLab();
      const ending = new AbortController();
      const told: string[] = [];
      driver.watch((changed) => told.push(changed), ending.signal);
      await launched(labId, ['m1']);
      // A watch is best effort: what happened while it began may have been missed.
      await until(async () => {
        if (told.includes(labId)) return true;
        await driver.stop(labId, ['m1']);
        await settled(driver, labId, ([machine]) => machine?.state === 'Stopped');
        await driver.start(labId, ['m1']);
        await running(driver, labId, ['m1']);
        return false;
      });
      ending.abort();
      await sleep(50);
      told.length = 0;
      await gone(driver, labId, ['m1']);
      expect(told).toEqual([]);
    });
  });
}

export function launchOf(labId: string, names: string[], attempt = 1, ports: number[] = []): Launch {
  return {
    labId,
    attempt,
    machines: names.map((name) => ({ name, token: randomSecret() })),
    placement: {},
    sshPublicKey: SSH_KEY,
    ports,
  };
}

/** The launch where the driver plans it, as the reconciler asks. */
async function planned(driver: Driver, labId: string, names: string[], attempt = 1): Promise<Launch> {
  return {
    ...launchOf(labId, names, attempt),
    placement: await driver.plan({ ...wishOf(labId, names), attempt }),
  };
}

function wishOf(labId: string, names: string[]): LaunchWish {
  return {
    labId,
    attempt: 1,
    machines: names.map((name) => ({ name, role: 'manager' as const })),
    short: [],
    mayStop: true,
  };
}

/** A lab's machines by name, once the list, which may lag, says what is waited for. */
export async function settled(
  driver: Driver,
  labId: string,
  isSo: (machines: DriverMachine[]) => boolean,
): Promise<DriverMachine[]> {
  let machines: DriverMachine[] = [];
  await until(async () => {
    machines = (await driver.list(labId)).sort((a, b) => a.name.localeCompare(b.name));
    return isSo(machines);
  }).catch((error: Error) => {
    throw new Error(`${error.message}; listed: ${JSON.stringify(machines)}`);
  });
  return machines;
}

/** Exactly these machines, all running. */
export function running(driver: Driver, labId: string, names: string[]): Promise<DriverMachine[]> {
  return settled(
    driver,
    labId,
    (machines) =>
      machines.every(({ state }) => state === 'Running') &&
      machines.map(({ name }) => name).join() === names.join(),
  );
}

async function gone(driver: Driver, labId: string, names: string[]): Promise<void> {
  await driver.remove(labId, names);
  await settled(driver, labId, (machines) => machines.length === 0);
}

async function tearDown(driver: Driver, labId: string): Promise<void> {
  const names = (await driver.list(labId)).map(({ name }) => name);
  // The list may lag: whatever a test here calls its machines is asked to go.
  await gone(driver, labId, [...new Set([...names, 'm1', 'm2', 'm3'])]);
  await driver.removeNetwork(labId);
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`still not so after ${PATIENCE_MS / 1000} s`);
    await sleep(20);
  }
}
