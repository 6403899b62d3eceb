import {
  DescribeInstancesCommand,
  EC2Client,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SSMClient } from '@aws-sdk/client-ssm';
import { onTestFinished } from 'vitest';
import type { FakeEc2Options } from '../../../support/fake-ec2/options.ts';
import { startFakeEc2 } from '../../../support/fake-ec2/start-fake-ec2.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

export const START = Date.UTC(2026, 10, 1, 10);
export const SUBNET = { a: 'subnet-0f0000000000000a1', b: 'subnet-0f0000000000000b1' };
export const VPC = 'vpc-0f0000000000000a1';
export const AL2023 = 'ami-0a120000000000001';
export const AL2023_ARM = 'ami-0a120000000000011';
export const SECONDS = { toRun: 9, toStop: 21, toEnd: 21 };

/** A fake on a clock that stands still, and the real SDK's clients on it, which retry nothing. */
export async function openDesk(options: FakeEc2Options = {}) {
  const clock = new ManualClock(START);
  const fake = await startFakeEc2({ clock, ...options });
  const settings = {
    endpoint: fake.endpoint,
    region: fake.region,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
  };
  const ec2 = new EC2Client(settings);
  const ssm = new SSMClient(settings);
  const quotas = new ServiceQuotasClient(settings);
  onTestFinished(async () => {
    for (const client of [ec2, ssm, quotas]) client.destroy();
    await fake.close();
  });

  const run = async (input: Partial<RunInstancesCommandInput> = {}): Promise<Instance[]> => {
    const { Instances = [] } = await ec2.send(
      new RunInstancesCommand({
        ImageId: AL2023,
        InstanceType: 't3.small',
        MinCount: 1,
        MaxCount: 1,
        SubnetId: SUBNET.a,
        ...input,
      }),
    );
    return Instances;
  };
  return {
    clock,
    fake,
    ec2,
    ssm,
    quotas,
    run,
    runIds: async (input: Partial<RunInstancesCommandInput> = {}): Promise<string[]> =>
      (await run(input)).map(idOf),
    describe: async (ids: string[]): Promise<Instance[]> => {
      const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: ids }));
      return Reservations.flatMap(({ Instances = [] }) => Instances);
    },
  };
}

function idOf({ InstanceId = '' }: Instance): string {
  return InstanceId;
}

/** For `TagSpecifications`. */
export function tagged<const Type extends string>(type: Type, tags: Record<string, string>) {
  return { ResourceType: type, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
}

/** @returns `Code status` of what the call was refused with, or `done`. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    return $metadata?.httpStatusCode === undefined ? `cut: ${name}` : `${name} ${$metadata.httpStatusCode}`;
  }
}
