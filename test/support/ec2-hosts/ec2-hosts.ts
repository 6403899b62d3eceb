import { z } from 'zod';
import { cgroupParent, removeCgroups, removeEmptyCgroups } from '../../../shared/adapters/docker/cgroups.ts';
import { hostArchive } from '../../../shared/adapters/docker/host-archive.ts';
import { hostContainer } from '../../../shared/adapters/docker/host-container.ts';
import { listHosts } from '../../../shared/adapters/docker/host-list.ts';
import { removeHost } from '../../../shared/adapters/docker/host-removal.ts';
import { stopHost } from '../../../shared/adapters/docker/host-stop.ts';
import { ensureLabNetwork, removeLabNetworks } from '../../../shared/adapters/docker/lab-network.ts';
import { containerName } from '../../../shared/adapters/docker/labels.ts';
import { EngineHttp } from '../../../shared/adapters/engine/engine-http.ts';
import type { HostFile } from '../../../shared/machine/bootstrap.ts';
import { docker, outerDocker } from '../docker-cli.ts';
import type { Ec2Backing } from '../fake-ec2/backing.ts';
import type { SubnetOption } from '../fake-ec2/catalogue/subnets.ts';
import { ground } from '../ground.ts';
import { bootFacts } from './cloud-init.ts';
import { prepareMachineImage } from './machine-image.ts';
import { type Described, openMetadataService } from './metadata-service.ts';
import { PublicAddresses } from './public-addresses.ts';
import { startReaper } from './reaper.ts';

/** Containers with systemd behind a fake account's records. Everything carries the deployment's label. */
export interface Ec2Hosts {
  /** For the fake, with the two below. */
  backing: Ec2Backing & Machines;
  /** One per zone, each a network of the engine: what the fake gives as private address, the machine has. */
  subnets: SubnetOption[];
  publicAddress: () => string;
  /** This machine, as hosts of every zone reach it. */
  gateway: string;
  /** Runs a command on an instance's machine. @returns its output. */
  inside(instance: Described, ...command: string[]): Promise<string>;
  /** Removes all that there is of the deployment. */
  close(): Promise<void>;
}

/** Files to put on a machine before its first boot, to break it. */
export type Spoil = (instance: Described) => HostFile[];

/** The backing's hooks; all of them answer once it is done. */
interface Machines {
  launched(instance: Described): Promise<void>;
  started(instance: Described): Promise<void>;
  stopped(instance: Described, how: { force: boolean }): Promise<void>;
  rebooted(instance: Described): Promise<void>;
  terminated(instance: Described): Promise<void>;
}

/**
 * Real machines for a fake account: containers that boot systemd and run their user data as cloud-init would, with the
 * metadata service at 169.254.169.254. Security groups are not enforced.
 * @param deployment names it on the engine, where it must be the only one of this name.
 */
export async function openEc2Hosts(options: {
  deployment: string;
  region?: string;
  zones?: string[];
  spoil?: Spoil;
}): Promise<Ec2Hosts> {
  const { deployment, region = 'us-east-1', zones = ['a', 'b'], spoil } = options;
  const { dockerHost, hostImage } = ground();
  const engine = EngineHttp.at(dockerHost);
  const image = await prepareMachineImage(hostImage);
  const endReaper = startReaper(deployment);
  const [privileged, { CgroupVersion: cgroupVersion }, networks, metadata] = await Promise.all([
    givesPrivileges(image),
    engine.info(),
    Promise.all(zones.map((zone) => ensureLabNetwork(engine, deployment, `${region}${zone}`))),
    openMetadataService(),
  ]);
  const pad = { engine, deployment, cgroupVersion };
  const gateway = networks[0]?.gateway ?? '';
  const publicAddresses = new PublicAddresses(deployment, image);
  const nameOf = ({ id, subnet }: Described) => containerName(deployment, subnet.zone, id);
  const post = (path: string) => engine.call({ method: 'POST', path, schema: z.unknown() });

  async function make(instance: Described): Promise<void> {
    const { id, subnet, privateAddress } = instance;
    const body = hostContainer({
      ...{ deployment, labId: subnet.zone, machine: id, attempt: 1, address: privateAddress },
      ...{ image, cgroupVersion, privileged, ports: [] },
    });
    const query = { name: nameOf(instance) };
    await engine.call({ method: 'POST', path: '/containers/create', query, body, schema: z.unknown() });
  }

  async function put(instance: Described, files: HostFile[]): Promise<void> {
    await engine.call({
      method: 'PUT',
      path: `/containers/${nameOf(instance)}/archive`,
      query: { path: '/' },
      body: await hostArchive(files),
      schema: z.unknown(),
    });
  }

  async function boot(instance: Described): Promise<void> {
    const { id, privateAddress, publicAddress, subnet } = instance;
    metadata.tell(instance);
    const hopLimit = instance.metadata?.hopLimit ?? 1;
    const facts = { gateway, metadataPort: metadata.port, hopLimit, privateAddress, publicAddress };
    const files = [bootFacts(facts)];
    if (cgroupVersion !== '2') {
      const parent = cgroupParent(deployment, subnet.zone, id);
      const content = `${JSON.stringify({ 'cgroup-parent': parent })}\n`;
      files.push({ path: '/etc/docker/daemon.json', mode: 0o644, content });
    }
    await put(instance, files);
    if (publicAddress !== undefined) await publicAddresses.open(id, publicAddress, privateAddress);
    await post(`/containers/${nameOf(instance)}/start`);
  }

  async function halt(instance: Described, force: boolean): Promise<void> {
    await publicAddresses.shut(instance.id);
    if (force) await post(`/containers/${nameOf(instance)}/kill`);
    else await stopHost(engine, nameOf(instance));
  }

  return {
    backing: {
      async launched(instance) {
        await make(instance);
        const spoilt = spoil?.(instance) ?? [];
        if (spoilt.length > 0) await put(instance, spoilt);
        await boot(instance);
      },
      started: boot,
      stopped: (instance, { force }) => halt(instance, force),
      async rebooted(instance) {
        await halt(instance, false);
        await boot(instance);
      },
      async terminated(instance) {
        metadata.forget(instance);
        await publicAddresses.shut(instance.id);
        await removeHost(pad, { id: nameOf(instance), labId: instance.subnet.zone, machine: instance.id });
      },
    },
    subnets: networks.map(({ labId: zone, subnet }) => ({
      id: `subnet-0f0000000000000${zone.slice(-1)}1`,
      zone,
      cidr: subnet,
    })),
    publicAddress: () => publicAddresses.next(),
    gateway,
    inside: (instance, ...command) => outerDocker('exec', nameOf(instance), ...command),
    async close() {
      await metadata.close();
      await publicAddresses.close();
      const left = await listHosts(engine, deployment);
      await Promise.all(left.map((host) => removeHost(pad, host)));
      for (const { labId } of networks) await removeLabNetworks(engine, deployment, labId);
      if (cgroupVersion !== '2') {
        await removeCgroups(cgroupParent(deployment));
        await removeEmptyCgroups(cgroupParent(deployment));
      }
      endReaper();
      engine.close();
    },
  };
}

/** Does this machine give all capabilities to a container? Asked with one, because its answer is an error at the start. */
async function givesPrivileges(image: string): Promise<boolean> {
  try {
    await docker(['run', '--rm', '--privileged', '--network', 'none', '--entrypoint', 'true', image], {
      DOCKER_HOST: ground().dockerHost,
    });
    return true;
  } catch (error) {
    if (/unable to apply caps: operation not permitted/.test(String(error))) return false;
    throw error;
  }
}
