import type { RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import { sha256 } from '../../../core/ids.ts';
import { isBurstable } from './instance-type.ts';
import type { Ec2Placement } from './placement.ts';
import { ATTEMPT_TAG, LAUNCH_TAG, labTags, MACHINE_TAG, tagSpecification } from './tags.ts';

/** One call of RunInstances: all that decides what it makes. */
export interface LaunchRequest {
  deployment: string;
  labId: string;
  attempt: number;
  /** Tells this launch from every other; of `launchDigest`. */
  launch: string;
  /** In the order of their launch index. */
  names: string[];
  placement: Ec2Placement;
  groupId: string;
  /** As EC2 hands it out, not yet in base64. */
  userData: Uint8Array;
}

/** The same for the same machines of the same attempt, however often and wherever it is computed. */
export function launchDigest(launch: {
  deployment: string;
  labId: string;
  attempt: number;
  names: string[];
}): string {
  const { deployment, labId, attempt, names } = launch;
  return sha256(JSON.stringify([deployment, labId, attempt, names])).slice(0, 20);
}

/**
 * EC2 makes one launch of one token, in each zone: so the zone is in it, and another zone is another attempt.
 * @returns 64 ASCII characters at most.
 */
function clientToken({ labId, attempt, launch, placement }: LaunchRequest): string {
  const digest = sha256(JSON.stringify([launch, placement.zone, placement.subnet])).slice(0, 20);
  return `${labId.slice(0, 30)}-${attempt}-${digest}`;
}

/** All or nothing, tagged from the first moment, with no credentials and no key of AWS on it. */
export function runInstancesInput(request: LaunchRequest): RunInstancesCommandInput {
  const { placement, names, groupId } = request;
  const tags = {
    ...labTags(request.deployment, request.labId),
    [ATTEMPT_TAG]: String(request.attempt),
    [LAUNCH_TAG]: request.launch,
    ...Object.fromEntries(names.map((name, index) => [`${MACHINE_TAG}${index}`, name])),
  };
  return {
    ClientToken: clientToken(request),
    MinCount: names.length,
    MaxCount: names.length,
    ImageId: placement.image,
    InstanceType: placement.type as NonNullable<RunInstancesCommandInput['InstanceType']>,
    UserData: Buffer.from(request.userData).toString('base64'),
    // Hop limit 1: what runs in a container cannot read the user data, which holds tokens.
    MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1, HttpEndpoint: 'enabled' },
    BlockDeviceMappings: [
      {
        DeviceName: placement.device,
        Ebs: {
          VolumeSize: placement.diskGb,
          VolumeType: 'gp3',
          Encrypted: true,
          DeleteOnTermination: true,
        },
      },
    ],
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        SubnetId: placement.subnet,
        // Subnets of a dual-stack VPC give none by themselves.
        AssociatePublicIpAddress: true,
        Groups: [groupId],
        DeleteOnTermination: true,
      },
    ],
    InstanceInitiatedShutdownBehavior: placement.market === 'spot' ? 'terminate' : 'stop',
    TagSpecifications: [
      tagSpecification('instance', tags),
      tagSpecification('volume', tags),
      tagSpecification('network-interface', tags),
    ],
    // On `standard` a T machine boots and unpacks images at a tenth of a CPU: it has no credits at launch.
    ...(isBurstable(placement.type) ? { CreditSpecification: { CpuCredits: 'unlimited' } } : {}),
    ...(placement.market === 'spot'
      ? {
          InstanceMarketOptions: {
            MarketType: 'spot',
            SpotOptions: { SpotInstanceType: 'one-time', InstanceInterruptionBehavior: 'terminate' },
          },
        }
      : {}),
  };
}
