import { z } from 'zod';
import { SlipwayError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import { MachineName } from '../../lab/machine.ts';
import type { Driver, DriverMachine, Launch, MachineKind, Placement } from '../../ports/driver.ts';
import type { EngineHttp } from '../engine/engine-http.ts';
import { cgroupParent, removeCgroups, removeEmptyCgroups } from './cgroups.ts';
import { type LaunchPad, launchHosts } from './docker-launch.ts';
import { watchHosts } from './docker-watch.ts';
import { driverError, each, unless } from './driver-errors.ts';
import { driverMachine, type HostContainer, listHosts } from './host-list.ts';
import { removeHost, removeLabVolumes } from './host-removal.ts';
import { stopHost } from './host-stop.ts';
import { InTurn } from './in-turn.ts';
import { ensureLabNetwork, listLabNetworks, removeLabNetworks } from './lab-network.ts';
import type { Reach } from './reach.ts';

export interface DockerDriverOptions extends Partial<Reach> {
  /** The engine of this machine, in which hosts are containers. */
  engine: EngineHttp;
  deployment: string;
  /** A Debian with systemd, Docker and SSH; scripts/host-image.ts. */
  hostImage: string;
  /** Ports of this machine, at every lab network's gateway. */
  apiPort: number;
  mirrorPort?: number;
  log: Log;
}

/** Machines as containers of this machine's Docker Engine, each with systemd and an engine of its own. */
export class DockerDriver implements Driver {
  readonly name = 'docker';
  readonly enforcesAllowFrom = false;
  /** The boot gives up enrolling after 60 s (shared/machine/bootstrap.ts). */
  readonly bootSeconds = 90;
  readonly lookSeconds = 0;
  readonly #options: DockerDriverOptions;
  readonly #engine: EngineHttp;
  readonly #reach: Reach;
  /** What makes or destroys a lab's things goes one at a time, so that addresses and names are given once. */
  readonly #inTurn = new InTurn();
  readonly #rights = { privileged: true };
  #cgroupVersion: string | undefined;

  constructor(options: DockerDriverOptions) {
    const { advertise, apiHost, routes = advertise === undefined } = options;
    this.#options = options;
    this.#engine = options.engine;
    this.#reach = {
      routes,
      ...(advertise === undefined ? {} : { advertise }),
      ...(apiHost === undefined ? {} : { apiHost }),
    };
  }

  createNetwork(labId: string): Promise<{ subnet: string }> {
    return this.#change(labId, 'network', async () => {
      const { subnet } = await ensureLabNetwork(this.#engine, this.#options.deployment, labId);
      return { subnet };
    });
  }

  removeNetwork(labId: string): Promise<void> {
    const { deployment } = this.#options;
    return this.#change(labId, 'removal of the network', async () => {
      const hosts = await this.#hosts(labId);
      if (hosts.length > 0) {
        const names = hosts.map(({ machine }) => machine).join(', ');
        throw new SlipwayError('driver_failed', `${names} still hang on the network of lab ${labId}`, {
          retryable: true,
        });
      }
      // The network goes last: while it is there, the sweep finds the lab. First what hosts left that were
      // removed by hand.
      const sharesCgroups = (await this.#cgroups()) !== '2';
      await removeLabVolumes(this.#engine, deployment, labId);
      if (sharesCgroups) await removeCgroups(cgroupParent(deployment, labId));
      await removeLabNetworks(this.#engine, deployment, labId);
      if (!sharesCgroups) return;
      const others = await listLabNetworks(this.#engine, deployment);
      if (others.length === 0) await removeEmptyCgroups(cgroupParent(deployment));
    });
  }

  listNetworks(): Promise<{ labId: string; createdAt: string }[]> {
    return this.#attempt('list of networks', async () => {
      const networks = await listLabNetworks(this.#engine, this.#options.deployment);
      return networks.map(({ labId, createdAt }) => ({ labId, createdAt }));
    });
  }

  /** Whoever reaches this machine's network reaches its containers: nothing is closed, and the answers say so. */
  async allow(): Promise<void> {}

  /** There is one place, this machine. */
  async plan(): Promise<Placement> {
    return {};
  }

  /** Its disk is this machine's. */
  describe(): MachineKind {
    return { type: 'container', diskGigabytes: 0 };
  }

  create(launch: Launch): Promise<void> {
    return this.#change(launch.labId, 'launch', async () => launchHosts(await this.#pad(), launch));
  }

  list(labId?: string): Promise<DriverMachine[]> {
    return this.#attempt('list of machines', async () =>
      (await this.#hosts(labId)).map((host) => driverMachine(host, this.#reach)),
    );
  }

  start(labId: string, names: string[]): Promise<void> {
    return this.#power(labId, names, 'start', ({ id, state }) =>
      // A paused container counts as running, and only continues.
      this.#post(`/containers/${id}/${state === 'paused' ? 'unpause' : 'start'}`),
    );
  }

  stop(labId: string, names: string[]): Promise<void> {
    return this.#power(labId, names, 'stop', ({ id }) => stopHost(this.#engine, id));
  }

  restart(labId: string, names: string[]): Promise<void> {
    return this.#power(labId, names, 'restart', async ({ id }) => {
      await stopHost(this.#engine, id);
      await this.#post(`/containers/${id}/start`);
    });
  }

  kill(labId: string, names: string[]): Promise<void> {
    return this.#power(labId, names, 'kill', ({ id }) =>
      // 409: it does not run.
      unless([409], this.#post(`/containers/${id}/kill`, { signal: 'SIGKILL' })),
    );
  }

  remove(labId: string, names: string[]): Promise<void> {
    return this.#change(labId, 'removal', async () => {
      const pad = await this.#pad();
      const hosts = await this.#hosts(labId);
      await each(
        names.filter((name) => MachineName.safeParse(name).success),
        async (name) => {
          const its = hosts.filter(({ machine }) => machine === name);
          await each(its, (host) => removeHost(pad, host));
          // One that was removed by hand left its cgroups.
          if (its.length === 0 && pad.cgroupVersion !== '2') {
            await removeCgroups(cgroupParent(pad.deployment, labId, name));
          }
        },
      );
    });
  }

  watch(onChange: (labId: string) => void, signal: AbortSignal): void {
    void watchHosts(this.#options, onChange, signal);
  }

  #hosts(labId?: string): Promise<HostContainer[]> {
    return listHosts(this.#engine, this.#options.deployment, labId);
  }

  async #pad(): Promise<LaunchPad> {
    const { deployment, hostImage, apiPort, mirrorPort } = this.#options;
    const cgroupVersion = await this.#cgroups();
    return {
      engine: this.#engine,
      deployment,
      hostImage,
      apiPort,
      mirrorPort,
      reach: this.#reach,
      cgroupVersion,
      rights: this.#rights,
    };
  }

  async #cgroups(): Promise<string> {
    this.#cgroupVersion ??= (await this.#engine.info()).CgroupVersion;
    return this.#cgroupVersion;
  }

  /** One verb on those of the names that there are; gone since is gone. */
  #power(
    labId: string,
    names: string[],
    verb: string,
    work: (host: HostContainer) => Promise<void>,
  ): Promise<void> {
    return this.#attempt(verb, async () => {
      const hosts = (await this.#hosts(labId)).filter(({ machine }) => names.includes(machine));
      await each(hosts, (host) => unless([404], work(host)));
    });
  }

  async #post(path: string, query: Record<string, string> = {}): Promise<void> {
    await this.#engine.call({ method: 'POST', path, query, schema: z.unknown() });
  }

  #change<T>(labId: string, what: string, work: () => Promise<T>): Promise<T> {
    return this.#inTurn.run(labId, () => this.#attempt(`${what} of lab ${labId}`, work));
  }

  async #attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw driverError(`docker driver: ${what}`, error);
    }
  }
}
