import { z } from 'zod';
import { ENGINE_PORT, type MachineState } from '../../lab/machine.ts';
import type { DriverMachine } from '../../ports/driver.ts';
import type { EngineHttp } from '../engine/engine-http.ts';
import { listOf } from '../engine/engine-objects.ts';
import { ADDRESS_LABEL, ATTEMPT_LABEL, LAB_LABEL, MACHINE_LABEL, ownedBy } from './labels.ts';
import type { Reach } from './reach.ts';

const ContainersAnswer = listOf(
  z.looseObject({
    Id: z.string(),
    Labels: z.record(z.string(), z.string()),
    State: z.string(),
    Ports: listOf(z.looseObject({ PrivatePort: z.number(), PublicPort: z.number().optional() })),
  }),
);

/** A host's container as its engine lists it. */
export interface HostContainer {
  id: string;
  labId: string;
  machine: string;
  attempt: number;
  address: string;
  /** Docker's word: created, running, paused, restarting, removing, exited, dead. */
  state: string;
  /** Inside port -> outside port, while it runs. */
  ports: Record<string, number>;
}

/** Every container, running or not, of a deployment or of one lab. The engine lists them all in one answer. */
export async function listHosts(
  engine: EngineHttp,
  deployment: string,
  labId?: string,
): Promise<HostContainer[]> {
  const containers = await engine.call({
    path: '/containers/json',
    query: { all: true, filters: ownedBy(deployment, labId) },
    schema: ContainersAnswer,
  });
  return containers.map(({ Id, Labels, State, Ports }) => ({
    id: Id,
    labId: Labels[LAB_LABEL] ?? '',
    machine: Labels[MACHINE_LABEL] ?? '',
    attempt: Number(Labels[ATTEMPT_LABEL] ?? 0),
    address: Labels[ADDRESS_LABEL] ?? '',
    state: State,
    ports: Object.fromEntries(
      Ports.flatMap(({ PrivatePort, PublicPort }) =>
        PublicPort === undefined ? [] : [[String(PrivatePort), PublicPort]],
      ),
    ),
  }));
}

const STATES: Record<string, MachineState> = {
  created: 'Starting',
  running: 'Running',
  restarting: 'Starting',
  paused: 'Paused',
  exited: 'Stopped',
  removing: 'Stopping',
  dead: 'Error',
};

/** A container in the driver's words. One that does not run has no address. */
export function driverMachine(host: HostContainer, reach: Reach): DriverMachine {
  const state = STATES[host.state] ?? 'Error';
  const machine: DriverMachine = {
    labId: host.labId,
    name: host.machine,
    attempt: host.attempt,
    state,
    privateAddress: host.address,
    ports: reach.advertise === undefined ? {} : host.ports,
  };
  if (!['Running', 'Starting', 'Paused'].includes(state)) return machine;
  const engine = enginePlace(host, reach);
  return {
    ...machine,
    address: reach.advertise ?? host.address,
    ...(engine === undefined ? {} : { engine }),
  };
}

function enginePlace(host: HostContainer, { advertise, routes }: Reach) {
  if (routes || advertise === undefined) return { host: host.address, port: ENGINE_PORT };
  const port = host.ports[ENGINE_PORT];
  return port === undefined ? undefined : { host: advertise, port };
}
