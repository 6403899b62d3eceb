import {
  DescribeSecurityGroupsCommand,
  type EC2Client,
  type Instance,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import type { Usage } from './admission-store.ts';
import { ec2Error } from './ec2-errors.ts';
import { describeInstances } from './instances.ts';
import { PAGE_SIZE, readPages } from './pages.ts';
import { DEPLOYMENT_TAG, LAB_TAG, readTags } from './tags.ts';
import { add, isStandard, NO_USAGE } from './usage.ts';

/** Who uses what of the account's quotas now. */
export interface AccountUsage {
  all: Usage;
  /** Of this deployment, by lab. */
  byLab: Map<string, Usage>;
}

/**
 * Two lists of the whole account: for the sweep, never for a lab.
 * @throws SlipwayError `driver_failed`.
 */
export async function readUsage(ec2: EC2Client, deployment: string): Promise<AccountUsage> {
  try {
    const [instances, groups] = await Promise.all([
      // Only these count; https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html
      describeInstances(ec2, [{ Name: 'instance-state-name', Values: ['pending', 'running'] }]),
      describeGroups(ec2),
    ]);
    const each = [
      ...instances.map((instance) => ({ tags: readTags(instance.Tags), usage: usageOf(instance) })),
      ...groups.map(({ Tags }) => ({ tags: readTags(Tags), usage: { ...NO_USAGE, securityGroups: 1 } })),
    ];
    const byLab = new Map<string, Usage>();
    for (const { tags, usage } of each) {
      const labId = tags[LAB_TAG];
      if (tags[DEPLOYMENT_TAG] !== deployment || labId === undefined) continue;
      byLab.set(labId, add(byLab.get(labId) ?? NO_USAGE, usage));
    }
    return { all: each.reduce((sum, { usage }) => add(sum, usage), NO_USAGE), byLab };
  } catch (error) {
    throw ec2Error('usage of the account', error);
  }
}

function usageOf({ InstanceType, InstanceLifecycle, CpuOptions }: Instance): Usage {
  if (!isStandard(InstanceType ?? '')) return NO_USAGE;
  const vcpus = (CpuOptions?.CoreCount ?? 1) * (CpuOptions?.ThreadsPerCore ?? 1);
  return InstanceLifecycle === 'spot'
    ? { ...NO_USAGE, spotVcpus: vcpus }
    : { ...NO_USAGE, onDemandVcpus: vcpus };
}

async function describeGroups(ec2: EC2Client): Promise<SecurityGroup[]> {
  return await readPages(async (token) => {
    const answer = await ec2.send(
      new DescribeSecurityGroupsCommand({
        MaxResults: PAGE_SIZE,
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
    return { items: answer.SecurityGroups, next: answer.NextToken };
  });
}
