import { type EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import type { SlipwayError } from '../../../core/errors.ts';
import { renderUserData } from '../../../machine/user-data.ts';
import type { Launch } from '../../../ports/driver.ts';
import { codeOf, driverRefusal, ec2Error } from './ec2-errors.ts';
import { vcpusOf } from './instance-type.ts';
import { describeLabInstances, isLive, type LabInstance, readInstance } from './instances.ts';
import type { LabGroups } from './lab-groups.ts';
import { type LaunchRequest, launchDigest, runInstancesInput } from './launch-request.ts';
import type { Looks } from './looks.ts';
import type { Pacer } from './pacer.ts';
import { type Ec2Placement, readPlacement } from './placement.ts';
import type { AmazonEc2Settings } from './settings.ts';
import type { ShortPlaces } from './short-places.ts';

/** What a launch needs to know of its driver. */
export interface LaunchPad {
  ec2: EC2Client;
  deployment: string;
  settings: AmazonEc2Settings;
  groups: LabGroups;
  shortPlaces: ShortPlaces;
  pacer: Pacer;
  looks: Looks;
  /** Before a machine is paid for: `there` are the others that run. */
  admitLaunch(labId: string, placement: Ec2Placement, count: number, there: LabInstance[]): Promise<void>;
  terminate(labId: string, instances: LabInstance[]): Promise<void>;
}

/**
 * Makes the machines of a launch that are not there, by one call, and ends those of an earlier launch under the same
 * name. What the same launch made before, in this zone or another, counts; and what no list tells yet, the client
 * token does.
 */
export async function launchInstances(pad: LaunchPad, launch: Launch): Promise<void> {
  const { deployment } = pad;
  const { labId, attempt } = launch;
  const placement = readPlacement(launch.placement);
  const digest = launchDigest({ deployment, labId, attempt, names: launch.machines.map(({ name }) => name) });
  const there = await pad.looks.known(labId);
  if (there.some((instance) => instance.launch === digest)) return;

  const named = there.filter(({ name }) => launch.machines.some((machine) => machine.name === name));
  const older = named.filter((instance) => isLive(instance) && instance.attempt < attempt);
  const machines = launch.machines.filter(
    ({ name }) => !named.some((one) => isLive(one) && one.name === name && one.attempt >= attempt),
  );
  if (machines.length === 0) return;
  await pad.terminate(labId, older);
  const others = there.filter((instance) => !older.includes(instance));
  await pad.admitLaunch(labId, placement, machines.length, others);
  const request: LaunchRequest = {
    deployment,
    labId,
    attempt,
    launch: digest,
    names: machines.map(({ name }) => name),
    placement,
    groupId: await pad.groups.idOf(labId),
    userData: renderUserData({
      labId,
      machines,
      apiUrl: pad.settings.apiUrl,
      sshPublicKey: launch.sshPublicKey,
      ...(pad.settings.mirrorUrl === undefined ? {} : { mirrorUrl: pad.settings.mirrorUrl }),
    }),
  };
  await pad.pacer.run({ labId, api: 'RunInstances', units: machines.length }, () =>
    runInstances(pad, request),
  );
}

async function runInstances(pad: LaunchPad, request: LaunchRequest): Promise<void> {
  const { labId, names, placement } = request;
  const what = `launch of ${names.length} ${placement.type} in ${placement.zone}`;
  await pad.looks.launching(labId);
  try {
    const { Instances = [] } = await pad.ec2.send(new RunInstancesCommand(runInstancesInput(request)));
    await pad.looks.launched(labId, Instances.map(readInstance));
  } catch (error) {
    if (codeOf(error) === 'IdempotentParameterMismatch' && (await isTaken(pad, request))) return;
    if (codeOf(error) === 'InvalidGroup.NotFound') await pad.groups.forget(labId);
    const told = tellQuota(ec2Error(what, error), request);
    // A refusal in EC2's own words; else it may have made them all the same.
    if (told.facts.reason !== undefined) await pad.looks.notLaunched(labId);
    pad.shortPlaces.learn(placement, told);
    throw told;
  }
}

/** The token was used with other words (another version's user data, say): did that launch make the machines? */
async function isTaken({ ec2, deployment }: LaunchPad, { labId, launch }: LaunchRequest): Promise<boolean> {
  const there = await describeLabInstances(ec2, deployment, labId);
  return there.some((instance) => instance.launch === launch);
}

/** A quota's error with the numbers that a person asks AWS for. */
function tellQuota(error: SlipwayError, { names, placement }: LaunchRequest): SlipwayError {
  if (error.facts.code !== 'VcpuLimitExceeded') return error;
  const vcpus = vcpusOf(placement.type);
  if (vcpus === undefined) return error;
  const missing = names.length * vcpus;
  const limit = typeof error.facts.limit === 'number' ? ` of ${error.facts.limit} vCPUs` : '';
  return driverRefusal(
    'quota',
    `the account's quota${limit} has no room for the ${missing} vCPUs of ${names.length} ${placement.type}`,
    { ...error.facts, missing },
  );
}
