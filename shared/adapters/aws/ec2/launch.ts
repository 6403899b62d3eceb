import { type EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import type { SlipwayError } from '../../../core/errors.ts';
import { renderUserData } from '../../../machine/user-data.ts';
import type { Launch } from '../../../ports/driver.ts';
import { codeOf, driverRefusal, ec2Error } from './ec2-errors.ts';
import { vcpusOf } from './instance-type.ts';
import { describeLabInstances, isLive, type LabInstance } from './instances.ts';
import type { LabGroups } from './lab-groups.ts';
import { type LaunchRequest, launchDigest, runInstancesInput } from './launch-request.ts';
import { readPlacement } from './placement.ts';
import type { AmazonEc2Settings } from './settings.ts';
import type { ShortPlaces } from './short-places.ts';
import { terminateInstances } from './terminate.ts';

/** What a launch needs to know of its driver. */
export interface LaunchPad {
  ec2: EC2Client;
  deployment: string;
  settings: AmazonEc2Settings;
  groups: LabGroups;
  shortPlaces: ShortPlaces;
  /** What was listed of the lab a moment ago, if it was. */
  lookedAt(labId: string): LabInstance[] | undefined;
}

/**
 * Makes the machines of a launch that are not there, by one call, and ends those of an earlier launch under the same
 * name. What the same launch made before, in this zone or another, counts; and what no list tells yet, the client
 * token does.
 */
export async function launchInstances(pad: LaunchPad, launch: Launch): Promise<void> {
  const { deployment, ec2 } = pad;
  const { labId, attempt } = launch;
  const placement = readPlacement(launch.placement);
  const digest = launchDigest({ deployment, labId, attempt, names: launch.machines.map(({ name }) => name) });
  const there = pad.lookedAt(labId) ?? (await describeLabInstances(ec2, deployment, labId));
  if (there.some((instance) => instance.launch === digest)) return;

  const named = there.filter(({ name }) => launch.machines.some((machine) => machine.name === name));
  const older = named.filter((instance) => isLive(instance) && instance.attempt < attempt);
  const machines = launch.machines.filter(
    ({ name }) => !named.some((one) => isLive(one) && one.name === name && one.attempt >= attempt),
  );
  if (machines.length === 0) return;
  await terminateInstances(
    ec2,
    older.map(({ id }) => id),
  );
  await runInstances(pad, {
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
  });
}

async function runInstances(pad: LaunchPad, request: LaunchRequest): Promise<void> {
  const { names, placement } = request;
  const what = `launch of ${names.length} ${placement.type} in ${placement.zone}`;
  try {
    await pad.ec2.send(new RunInstancesCommand(runInstancesInput(request)));
  } catch (error) {
    if (codeOf(error) === 'IdempotentParameterMismatch' && (await isTaken(pad, request))) return;
    if (codeOf(error) === 'InvalidGroup.NotFound') pad.groups.forget(request.labId);
    const told = tellQuota(ec2Error(what, error), request);
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
