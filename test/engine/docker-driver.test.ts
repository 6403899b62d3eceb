import { connect } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import type { DockerDriver } from '../../shared/adapters/docker/docker-driver.ts';
import { newLabId } from '../../shared/core/ids.ts';
import { driverContract, launchOf, running, settled } from '../contract/driver-contract.ts';
import { outerDocker } from '../support/docker-cli.ts';
import { dockerGround, openDockerDriver } from '../support/docker-ground.ts';
import { countLeftovers, expectNothingLeft } from '../support/leftovers.ts';
import { timesOf } from '../support/times-of.ts';

const DEPLOYMENT = `driver-${process.pid}`;

driverContract('Docker', () => dockerGround(DEPLOYMENT));

describe('the docker driver', () => {
  afterAll(async () => {
    await expectNothingLeft(DEPLOYMENT);
  });

  async function withLab(driver: DockerDriver, work: (labId: string) => Promise<void>): Promise<void> {
    const labId = newLabId(Date.now());
    await driver.createNetwork(labId);
    try {
      await work(labId);
    } finally {
      await driver.remove(
        labId,
        (await driver.list(labId)).map(({ name }) => name),
      );
      await driver.removeNetwork(labId);
    }
  }

  test('makes three hosts side by side, and lists them in milliseconds', async () => {
    const deployment = `${DEPLOYMENT}-time`;
    const driver = await openDockerDriver(deployment);
    await withLab(driver, async (labId) => {
      // The first launch also learns whether this machine gives --privileged.
      await driver.create(launchOf(labId, ['m0']));
      const names = ['m1', 'm2', 'm3'];
      const [threeMs] = await timesOf(1, async () => {
        await driver.create(launchOf(labId, names));
        await running(driver, labId, ['m0', ...names]);
      });
      // The engine's own times: a busy machine makes every step longer, and none of them follow another.
      const containers = names.map((name) => `slipway-${deployment}-${labId}-${name}`);
      const times = await outerDocker('inspect', '-f', '{{.Created}} {{.State.StartedAt}}', ...containers);
      const hosts = times
        .split('\n')
        .map((line) => line.split(' ').map((time) => Date.parse(time)))
        .toSorted(([a = 0], [b = 0]) => a - b);
      expect(hosts).toHaveLength(3);
      for (const [index, [created]] of hosts.slice(1).entries()) {
        expect(created).toBeLessThan(hosts[index]?.[1] ?? 0);
      }
      const listMs = Math.min(...(await timesOf(5, () => driver.list(labId))));
      console.log(`docker driver: three hosts, create to Running, ${threeMs} ms; list ${listMs} ms`);
      expect(listMs).toBeLessThan(500);
    });
    await expectNothingLeft(deployment);
  });

  test('boots systemd with its settings readable by root alone, its name and its fixed address', async () => {
    const driver = await openDockerDriver(DEPLOYMENT);
    await withLab(driver, async (labId) => {
      const launch = launchOf(labId, ['LINUXtips-01']);
      await driver.create(launch);
      const [machine] = await running(driver, labId, ['LINUXtips-01']);
      const inside = (...command: string[]) =>
        outerDocker('exec', `slipway-${DEPLOYMENT}-${labId}-LINUXtips-01`, ...command);
      expect(await inside('hostname')).toBe('LINUXtips-01');
      expect(await inside('cat', '/proc/1/comm')).toBe('systemd');
      expect(await inside('hostname', '-I')).toContain(machine?.privateAddress);
      expect(await inside('stat', '-c', '%a %U', '/etc/slipway', '/etc/slipway/settings.env')).toBe(
        '700 root\n600 root',
      );
      const settings = await inside('cat', '/etc/slipway/settings.env');
      expect(settings).toContain(launch.machines[0]?.token);
      expect(settings).toContain(`SLIPWAY_ADDRESS="${machine?.privateAddress}"`);
      expect(await inside('cat', '/root/.ssh/authorized_keys')).toBe(launch.sshPublicKey);
    });
  });

  test('a host reaches its neighbour, and no host of another lab', async () => {
    const driver = await openDockerDriver(DEPLOYMENT);
    await withLab(driver, (one) =>
      withLab(driver, async (two) => {
        await Promise.all([driver.create(launchOf(one, ['m1', 'm2'])), driver.create(launchOf(two, ['m1']))]);
        expect((await driver.createNetwork(one)).subnet).not.toBe((await driver.createNetwork(two)).subnet);
        const [, neighbour] = await running(driver, one, ['m1', 'm2']);
        const [stranger] = await running(driver, two, ['m1']);
        const answers = (address = '') =>
          outerDocker('exec', `slipway-${DEPLOYMENT}-${one}-m1`, 'ping', '-c1', '-W2', address).then(
            () => true,
            () => false,
          );
        expect(await answers(neighbour?.privateAddress)).toBe(true);
        expect(await answers(stranger?.privateAddress)).toBe(false);
      }),
    );
  });

  test('a host shuts down cleanly, well before it would be killed', async () => {
    const driver = await openDockerDriver(DEPLOYMENT);
    await withLab(driver, async (labId) => {
      await driver.create(launchOf(labId, ['m1']));
      const name = `slipway-${DEPLOYMENT}-${labId}-m1`;
      const end = Date.now() + 20_000;
      // Booted as far as its target for signals; the engine itself waits for an enrolment that never comes.
      while (
        !/active/.test(
          await outerDocker('exec', name, 'systemctl', 'is-active', 'basic.target').catch(() => ''),
        )
      ) {
        if (Date.now() > end) throw new Error('systemd did not come up in 20 s');
      }
      const start = Date.now();
      await driver.stop(labId, ['m1']);
      expect(Date.now() - start).toBeLessThan(20_000);
      expect(await outerDocker('inspect', '-f', '{{.State.ExitCode}}', name)).not.toBe('137');
    });
  });

  test('with an address to advertise it publishes 2376, 22 and the links there, anew at each start', async () => {
    const driver = await openDockerDriver(DEPLOYMENT, { advertise: '127.0.0.1', routes: false });
    await withLab(driver, async (labId) => {
      await driver.create(launchOf(labId, ['m1'], 1, [8080]));
      const [machine] = await running(driver, labId, ['m1']);
      expect(machine?.address).toBe('127.0.0.1');
      expect(Object.keys(machine?.ports ?? {}).sort()).toEqual(['22', '2376', '8080']);
      expect(machine?.engine).toEqual({ host: '127.0.0.1', port: machine?.ports['2376'] });
      await expect(listens('127.0.0.1', machine?.ports['22'] ?? 0)).resolves.toBe(true);
      await driver.stop(labId, ['m1']);
      const [stopped] = await settled(driver, labId, ([m1]) => m1?.state === 'Stopped');
      expect(stopped?.address).toBeUndefined();
      await driver.start(labId, ['m1']);
      const [again] = await running(driver, labId, ['m1']);
      expect(again?.privateAddress).toBe(machine?.privateAddress);
      expect(again?.ports['2376']).toBeGreaterThan(0);
    });
  });

  test('where addresses route as well, the control plane keeps to the private one', async () => {
    const driver = await openDockerDriver(DEPLOYMENT, { advertise: '127.0.0.1' });
    await withLab(driver, async (labId) => {
      await driver.create(launchOf(labId, ['m1']));
      const [machine] = await running(driver, labId, ['m1']);
      expect(machine?.address).toBe('127.0.0.1');
      expect(machine?.engine).toEqual({ host: machine?.privateAddress, port: 2376 });
    });
  });

  test('a host that was removed by hand leaves neither disk nor cgroup behind once its lab goes', async () => {
    const deployment = `${DEPLOYMENT}-hand`;
    const driver = await openDockerDriver(deployment);
    await withLab(driver, async (labId) => {
      await driver.create(launchOf(labId, ['m1']));
      await outerDocker('rm', '-f', `slipway-${deployment}-${labId}-m1`);
      expect(await driver.list(labId)).toEqual([]);
      expect((await countLeftovers(deployment)).volumes).toBe(1);
    });
    await expectNothingLeft(deployment);
  });

  test('an image that is not there is told as such, and is not tried again as if it could come', async () => {
    const driver = await openDockerDriver(DEPLOYMENT, { hostImage: 'no-such-image:1' });
    await withLab(driver, async (labId) => {
      await expect(driver.create(launchOf(labId, ['m1']))).rejects.toMatchObject({
        code: 'driver_failed',
        retryable: false,
        message: expect.stringContaining('no-such-image'),
      });
    });
  });
});

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
