import { z } from 'zod';
import { SlipwayError } from '../../core/errors.ts';
import type { EngineHttp } from '../engine/engine-http.ts';
import { listOf, NetworkAnswer } from '../engine/engine-objects.ts';
import { refusedWith, unless } from './driver-errors.ts';
import { DEPLOYMENT_LABEL, LAB_LABEL, networkName, ownedBy } from './labels.ts';
import { addressIn, chooseSubnet, machineRanges } from './subnet.ts';

/** A lab's network as Docker has it. */
export interface LabNetwork {
  id: string;
  labId: string;
  subnet: string;
  /** Where its hosts reach this machine. */
  gateway: string;
  createdAt: string;
}

const BridgesAnswer = listOf(
  NetworkAnswer.extend({
    Created: z.string(),
    IPAM: z.looseObject({
      Config: listOf(z.looseObject({ Subnet: z.string().default(''), Gateway: z.string().optional() })),
    }),
  }),
);
/** Another network may take the subnet between our look and our call. */
const ATTEMPTS = 5;

/** Networks of a deployment's labs, or of one, oldest first. */
export async function listLabNetworks(
  engine: EngineHttp,
  deployment: string,
  labId?: string,
): Promise<LabNetwork[]> {
  const query = { filters: ownedBy(deployment, labId) };
  const networks = await engine.call({ path: '/networks', query, schema: BridgesAnswer });
  return networks
    .map(({ Id, Created, Labels, IPAM }) => {
      const subnet = IPAM.Config[0]?.Subnet ?? '';
      return {
        id: Id,
        labId: Labels[LAB_LABEL] ?? '',
        subnet,
        gateway: IPAM.Config[0]?.Gateway || addressIn(subnet, 1),
        createdAt: new Date(Date.parse(Created)).toISOString(),
      };
    })
    .sort((a, b) => a.createdAt.localeCompare(b.createdAt));
}

/** The lab's network, made where it is not there. */
export async function ensureLabNetwork(
  engine: EngineHttp,
  deployment: string,
  labId: string,
): Promise<LabNetwork> {
  for (let attempt = 1; ; attempt += 1) {
    const [found] = await listLabNetworks(engine, deployment, labId);
    if (found) return found;
    try {
      await makeNetwork(engine, deployment, labId);
    } catch (error) {
      // 409: the name was taken since we looked, so that the next look finds it.
      const again = refusedWith(error, 409) || /Pool overlaps/i.test(String((error as Error).message));
      if (!again || attempt >= ATTEMPTS) throw error;
    }
  }
}

async function makeNetwork(engine: EngineHttp, deployment: string, labId: string): Promise<void> {
  const all = await engine.call({ path: '/networks', schema: BridgesAnswer });
  const taken = all.flatMap(({ IPAM }) => IPAM.Config.map(({ Subnet }) => Subnet));
  const subnet = chooseSubnet([...taken, ...machineRanges()]);
  await engine.call({
    method: 'POST',
    path: '/networks/create',
    body: {
      Name: networkName(deployment, labId),
      CheckDuplicate: true,
      Driver: 'bridge',
      IPAM: { Driver: 'default', Config: [{ Subnet: subnet, Gateway: addressIn(subnet, 1) }] },
      Labels: { [DEPLOYMENT_LABEL]: deployment, [LAB_LABEL]: labId },
    },
    schema: z.unknown(),
  });
}

/** Removes every network of the lab; gone already is done. Throws `driver_failed`, retryable, while it is in use. */
export async function removeLabNetworks(
  engine: EngineHttp,
  deployment: string,
  labId: string,
): Promise<void> {
  for (const { id } of await listLabNetworks(engine, deployment, labId)) {
    try {
      await unless([404], engine.call({ method: 'DELETE', path: `/networks/${id}`, schema: z.unknown() }));
    } catch (error) {
      if (!refusedWith(error, 403)) throw error;
      throw new SlipwayError('driver_failed', `the network of lab ${labId} is still in use`, {
        cause: error,
        retryable: true,
      });
    }
  }
}
