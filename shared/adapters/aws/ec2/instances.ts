import {
  DescribeInstancesCommand,
  type EC2Client,
  type Filter,
  type Instance,
  type InstanceStateName,
} from '@aws-sdk/client-ec2';
import { ENGINE_PORT, type MachineState } from '../../../lab/machine.ts';
import type { DriverMachine } from '../../../ports/driver.ts';
import { PAGE_SIZE, readPages } from './pages.ts';
import { ATTEMPT_TAG, LAB_TAG, LAUNCH_TAG, MACHINE_TAG, ownedBy, readTags } from './tags.ts';

/** What is terminated is gone, though EC2 tells of it for an hour. */
export type LiveState = Exclude<InstanceStateName, 'terminated'>;
const LIVE_STATES: LiveState[] = ['pending', 'running', 'stopping', 'stopped', 'shutting-down'];

/** An instance as its tags and EC2 tell it. */
export interface LabInstance {
  id: string;
  labId: string;
  name: string;
  attempt: number;
  /** Which call of RunInstances made it. */
  launch: string;
  state: LiveState;
  type: string;
  market: 'on-demand' | 'spot';
  privateAddress: string;
  address?: string;
}

/** Instances of a deployment, or of one lab, that are not terminated; all pages. */
export async function describeLabInstances(
  ec2: EC2Client,
  deployment: string,
  labId?: string,
): Promise<LabInstance[]> {
  const filters = [...ownedBy(deployment, labId), { Name: 'instance-state-name', Values: LIVE_STATES }];
  return (await describeInstances(ec2, filters)).map(readInstance);
}

export async function describeInstances(ec2: EC2Client, filters: Filter[]): Promise<Instance[]> {
  return await readPages(async (token) => {
    const answer = await ec2.send(
      new DescribeInstancesCommand({
        Filters: filters,
        MaxResults: PAGE_SIZE,
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
    const items = (answer.Reservations ?? []).flatMap(({ Instances }) => Instances ?? []);
    return { items, next: answer.NextToken };
  });
}

/** One lab's, with the ids of those that EC2 still tells of as ended: so that what it does not tell of yet is another thing. */
export async function lookAtLab(
  ec2: EC2Client,
  deployment: string,
  labId: string,
): Promise<{ live: LabInstance[]; endedIds: string[] }> {
  const all = await describeInstances(ec2, ownedBy(deployment, labId));
  const hasEnded = ({ State }: Instance) => State?.Name === 'terminated';
  return {
    live: all.filter((instance) => !hasEnded(instance)).map(readInstance),
    endedIds: all.filter(hasEnded).map(({ InstanceId = '' }) => InstanceId),
  };
}

/** As EC2 tells it; `labId` empty where it carries no tag of ours. */
export function readInstance(instance: Instance): LabInstance {
  const { InstanceId: id = '', AmiLaunchIndex = 0, PublicIpAddress } = instance;
  const tags = readTags(instance.Tags);
  return {
    id,
    labId: tags[LAB_TAG] ?? '',
    // One that lost its tags can still be listed, swept and removed.
    name: tags[`${MACHINE_TAG}${AmiLaunchIndex}`] ?? id,
    attempt: Number.parseInt(tags[ATTEMPT_TAG] ?? '0', 10) || 0,
    launch: tags[LAUNCH_TAG] ?? '',
    state: (instance.State?.Name ?? 'pending') as LiveState,
    type: instance.InstanceType ?? '',
    market: instance.InstanceLifecycle === 'spot' ? 'spot' : 'on-demand',
    privateAddress: instance.PrivateIpAddress ?? '',
    ...(PublicIpAddress === undefined || PublicIpAddress === '' ? {} : { address: PublicIpAddress }),
  };
}

/** docker-machine's words for EC2's, as its own driver has them. */
const STATES: Record<LiveState, MachineState> = {
  pending: 'Starting',
  running: 'Running',
  stopping: 'Stopping',
  stopped: 'Stopped',
  'shutting-down': 'Stopping',
};

export function driverMachine(instance: LabInstance): DriverMachine {
  const { labId, name, attempt, state, privateAddress, address } = instance;
  const isOn = state === 'pending' || state === 'running';
  return {
    labId,
    name,
    attempt,
    state: STATES[state],
    privateAddress,
    ...(address === undefined ? {} : { address }),
    ports: {},
    ...(isOn && privateAddress !== '' ? { engine: { host: privateAddress, port: ENGINE_PORT } } : {}),
  };
}

/** One of each name: that of the latest launch. An earlier one that is still there goes with the lab. */
export function latestOfEach(instances: LabInstance[]): LabInstance[] {
  const latest = new Map<string, LabInstance>();
  for (const instance of instances) {
    const key = `${instance.labId} ${instance.name}`;
    const known = latest.get(key);
    if (known === undefined || known.attempt < instance.attempt) latest.set(key, instance);
  }
  return [...latest.values()];
}

/** Will it ever run again, or does it? */
export function isLive({ state }: LabInstance): boolean {
  return state !== 'shutting-down';
}
