import { DescribeSecurityGroupsCommand, type EC2Client, type Instance } from '@aws-sdk/client-ec2';
import { ec2Error } from './ec2-errors.ts';
import { describeInstances } from './instances.ts';
import { PAGE_SIZE, readPages } from './pages.ts';
import type { AccountQuotas } from './quotas.ts';

/** A, C, D, H, I, M, R, T and Z families share the standard quotas; GPUs, big memory and the like have their own. */
const STANDARD_FAMILY = /^([acdhimrtz]\d|i[ms]\d)/;

/**
 * What the account uses of each quota now, whoever runs it. Two lists of the whole account: for the tick, never for a
 * lab.
 * @throws SlipwayError `driver_failed`.
 */
export async function readUsage(ec2: EC2Client): Promise<AccountQuotas> {
  try {
    const [instances, securityGroups] = await Promise.all([
      // Only these count; https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html
      describeInstances(ec2, [{ Name: 'instance-state-name', Values: ['pending', 'running'] }]),
      countGroups(ec2),
    ]);
    const standard = instances.filter(({ InstanceType = '' }) => STANDARD_FAMILY.test(InstanceType));
    return {
      onDemandVcpus: vcpusIn(standard.filter(({ InstanceLifecycle }) => InstanceLifecycle !== 'spot')),
      spotVcpus: vcpusIn(standard.filter(({ InstanceLifecycle }) => InstanceLifecycle === 'spot')),
      securityGroups,
    };
  } catch (error) {
    throw ec2Error('usage of the account', error);
  }
}

function vcpusIn(instances: Instance[]): number {
  return instances.reduce(
    (sum, { CpuOptions }) => sum + (CpuOptions?.CoreCount ?? 1) * (CpuOptions?.ThreadsPerCore ?? 1),
    0,
  );
}

async function countGroups(ec2: EC2Client): Promise<number> {
  const groups = await readPages(async (token) => {
    const answer = await ec2.send(
      new DescribeSecurityGroupsCommand({
        MaxResults: PAGE_SIZE,
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
    return { items: answer.SecurityGroups, next: answer.NextToken };
  });
  return groups.length;
}
