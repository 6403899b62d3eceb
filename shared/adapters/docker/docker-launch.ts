import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { SlipwayError } from '../../core/errors.ts';
import { ENGINE_PORT, SSH_PORT } from '../../lab/machine.ts';
import { hostSettings } from '../../machine/bootstrap.ts';
import type { Launch, LaunchedMachine } from '../../ports/driver.ts';
import type { EngineHttp } from '../engine/engine-http.ts';
import { cgroupParent } from './cgroups.ts';
import { each, refusedWith, unless } from './driver-errors.ts';
import { hostArchive } from './host-archive.ts';
import { type Host, hostContainer, isPrivilegeRefusal } from './host-container.ts';
import { type HostContainer, listHosts } from './host-list.ts';
import { removeHost } from './host-removal.ts';
import { ensureLabNetwork, type LabNetwork } from './lab-network.ts';
import { containerName } from './labels.ts';
import type { Reach } from './reach.ts';
import { freeAddresses } from './subnet.ts';

/** What a launch needs to know of its driver. */
export interface LaunchPad {
  engine: EngineHttp;
  deployment: string;
  hostImage: string;
  apiPort: number;
  mirrorPort: number | undefined;
  reach: Reach;
  cgroupVersion: string;
  /** Does this machine give `--privileged`? Believed until it refuses once. */
  rights: { privileged: boolean };
}

/** A process that was killed may have left calls that the engine is still carrying out. */
const TRIES = 10;
const PAUSE_MS = 200;

/**
 * Makes the machines of a launch that are not there, completes those that a crash left half-made, and removes those
 * of an earlier launch under the same name.
 */
export async function launchHosts(pad: LaunchPad, launch: Launch): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launchOnce(pad, launch);
    } catch (error) {
      // Someone else made, or removes, one of them at this moment: look again.
      if (!(error instanceof NameTaken) || attempt >= TRIES) throw error;
    }
    await sleep(PAUSE_MS);
  }
}

class NameTaken extends SlipwayError {}

async function launchOnce(pad: LaunchPad, launch: Launch): Promise<void> {
  const { labId, attempt } = launch;
  const [network, hosts] = await Promise.all([
    ensureLabNetwork(pad.engine, pad.deployment, labId),
    listHosts(pad.engine, pad.deployment, labId),
  ]);
  const there = new Map(hosts.map((host) => [host.machine, host]));
  const older = launch.machines.flatMap(({ name }) => {
    const host = there.get(name);
    return host && (host.attempt < attempt || isGoing(host)) ? [host] : [];
  });
  const missing = launch.machines.filter(
    ({ name }) => !there.has(name) || older.includes(there.get(name) as HostContainer),
  );
  const taken = hosts.filter((host) => !older.includes(host)).map(({ address }) => address);
  const addresses = freeAddresses(network.subnet, taken, missing.length);

  await each(launch.machines, async (machine) => {
    const host = there.get(machine.name);
    if (host && older.includes(host)) await removeHost(pad, host);
    const address = addresses[missing.indexOf(machine)];
    if (missing.includes(machine)) await makeHost(pad, launch, network, machine, address);
    // Made, and never started: its settings may be missing.
    else if (host?.state === 'created' && host.attempt === attempt) {
      await bootHost(pad, launch, network, machine, host.address, host.id);
    }
  });
}

/** On its way out under our feet, or dead: it will never run again. */
function isGoing({ state }: HostContainer): boolean {
  return state === 'removing' || state === 'dead';
}

async function makeHost(
  pad: LaunchPad,
  launch: Launch,
  network: LabNetwork,
  machine: LaunchedMachine,
  address: string | undefined,
): Promise<void> {
  if (address === undefined) {
    throw new SlipwayError(
      'driver_failed',
      `network ${network.subnet} has no free address for ${machine.name}`,
    );
  }
  const id = await createContainer(pad, hostOf(pad, launch, machine, address));
  await bootHost(pad, launch, network, machine, address, id);
}

function hostOf(pad: LaunchPad, launch: Launch, { name }: LaunchedMachine, address: string): Host {
  const { advertise } = pad.reach;
  return {
    deployment: pad.deployment,
    labId: launch.labId,
    machine: name,
    attempt: launch.attempt,
    address,
    image: pad.hostImage,
    cgroupVersion: pad.cgroupVersion,
    privileged: pad.rights.privileged,
    ports: [...new Set([ENGINE_PORT, SSH_PORT, ...launch.ports])],
    ...(advertise === undefined ? {} : { publishOn: advertise }),
  };
}

async function createContainer({ engine }: LaunchPad, host: Host): Promise<string> {
  const name = containerName(host.deployment, host.labId, host.machine);
  try {
    const { Id } = await engine.call({
      method: 'POST',
      path: '/containers/create',
      query: { name },
      body: hostContainer(host),
      schema: z.looseObject({ Id: z.string() }),
    });
    return Id;
  } catch (error) {
    if (refusedWith(error, 409)) {
      throw new NameTaken(
        'driver_failed',
        `the container name ${name} is taken; free it if it is not Slipway's`,
        {
          cause: error,
          retryable: true,
        },
      );
    }
    throw error;
  }
}

/** Gives a container that never ran its settings, and starts it. */
async function bootHost(
  pad: LaunchPad,
  launch: Launch,
  network: LabNetwork,
  machine: LaunchedMachine,
  address: string,
  id: string,
): Promise<void> {
  const { engine } = pad;
  await engine.call({
    method: 'PUT',
    path: `/containers/${id}/archive`,
    query: { path: '/' },
    body: await settingsOf(pad, launch, network, machine, address),
    schema: z.unknown(),
  });
  try {
    await unless(
      [304],
      engine.call({ method: 'POST', path: `/containers/${id}/start`, schema: z.unknown() }),
    );
  } catch (error) {
    if (!isPrivilegeRefusal(error)) throw error;
    const wasPrivileged = pad.rights.privileged || (await isPrivileged(pad, id));
    if (!wasPrivileged) throw error;
    pad.rights.privileged = false;
    await removeHost(pad, { id, labId: launch.labId, machine: machine.name });
    await makeHost(pad, launch, network, machine, address);
  }
}

/** Another machine of the launch may have been refused first, or a crash come between. */
async function isPrivileged({ engine }: LaunchPad, id: string): Promise<boolean> {
  const schema = z.looseObject({ HostConfig: z.looseObject({ Privileged: z.boolean() }) });
  return (await engine.call({ path: `/containers/${id}/json`, schema })).HostConfig.Privileged;
}

function settingsOf(
  pad: LaunchPad,
  launch: Launch,
  { gateway }: LabNetwork,
  { name, token }: LaunchedMachine,
  address: string,
): Promise<Uint8Array> {
  const here = pad.reach.apiHost ?? gateway;
  const sharesCgroups = pad.cgroupVersion !== '2';
  return hostArchive(
    hostSettings({
      apiUrl: `http://${here}:${pad.apiPort}`,
      labId: launch.labId,
      machine: name,
      token,
      address,
      sshPublicKey: launch.sshPublicKey,
      ...(pad.mirrorPort === undefined ? {} : { mirrorUrl: `http://${here}:${pad.mirrorPort}` }),
      engineFlags: sharesCgroups
        ? [`--cgroup-parent=${cgroupParent(pad.deployment, launch.labId, name)}`]
        : [],
    }),
  );
}
