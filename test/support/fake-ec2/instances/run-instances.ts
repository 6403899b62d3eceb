import type { Account } from '../account.ts';
import type { Action } from '../action.ts';
import type { Image } from '../catalogue/images.ts';
import { INSTANCE_TYPES, type InstanceType } from '../catalogue/instance-types.ts';
import { type Subnet, tooFewAddresses } from '../catalogue/subnets.ts';
import { findAll, findOne, visibleIn } from '../find-by-id.ts';
import type { SecurityGroup } from '../groups/security-group.ts';
import { Ec2Refusal } from '../wire/refusal.ts';
import type { XmlFields } from '../wire/xml.ts';
import type { FakeInstance } from './instance.ts';
import { instanceXml } from './instance-xml.ts';
import { devicesOf } from './launch-devices.ts';
import { makeInstances } from './make-instances.ts';
import type { Device } from './read-devices.ts';
import { type LaunchWish, readLaunch } from './read-launch.ts';
import { roomFor } from './room.ts';

/** All that a wish names, found in the account. */
export interface ResolvedLaunch {
  wish: LaunchWish;
  image: Image;
  type: InstanceType;
  subnet: Subnet;
  groups: SecurityGroup[];
  devices: Device[];
  /** Somebody else's in the same account. */
  foreign: boolean;
}

/** @param digest of the parameters, for the client token. */
export function runInstances(digest: string): Action {
  return (form) => {
    const wish = readLaunch(form);
    return (account) => {
      const subnet = findSubnet(account, wish);
      // A token counts in its zone only: elsewhere the same one launches again.
      const launchKey = wish.clientToken && `${wish.clientToken} ${subnet.zone}`;
      const before = launchKey === undefined ? undefined : account.launches.get(launchKey);
      if (before !== undefined) {
        if (before.digest === digest) return reservation(account, before.instances);
        throw new Ec2Refusal(
          'IdempotentParameterMismatch',
          `The client token you have provided is associated with a resource that is already deleted or with different parameters. Please use a different client token.`,
        );
      }
      const launch = resolve(account, wish, subnet);
      const count = countFor(account, launch);
      account.limits.takeInstances('RunInstances', count, account.now());
      const instances = makeInstances(account, launch, count);
      if (launchKey !== undefined) account.launches.set(launchKey, { digest, instances });
      return reservation(account, instances);
    };
  };
}

function findSubnet(account: Account, { subnetId, zone, interface: wished }: LaunchWish): Subnet {
  const id = subnetId ?? wished?.subnetId;
  if (id === undefined) {
    throw new Ec2Refusal('VPCIdNotSpecified', 'No default VPC for this user');
  }
  const subnet = findOne('subnet', id, (one) => account.subnets.get(one));
  if (zone !== undefined && zone !== subnet.zone) {
    throw new Ec2Refusal(
      'InvalidParameterValue',
      `Value (${zone}) for parameter availabilityZone is invalid. Subnet '${subnet.id}' is in the availability zone ${subnet.zone}`,
    );
  }
  return subnet;
}

function resolve(account: Account, wish: LaunchWish, subnet: Subnet): ResolvedLaunch {
  const image = findImage(account, wish.imageId);
  const type = INSTANCE_TYPES.get(wish.typeName);
  if (type === undefined) {
    throw new Ec2Refusal('InvalidParameterValue', `Invalid value '${wish.typeName}' for InstanceType.`);
  }
  if (type.architecture !== image.architecture) {
    throw new Ec2Refusal(
      'InvalidParameterValue',
      `The architecture '${type.architecture}' of the specified instance type does not match the architecture '${image.architecture}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again.`,
    );
  }
  if (wish.credits !== undefined && !type.burstable) {
    throw new Ec2Refusal(
      'InvalidParameterCombination',
      `The CreditSpecification parameter is not supported for the instance type ${type.name}.`,
    );
  }
  if (wish.spot !== undefined && !account.spotRole) {
    throw new Ec2Refusal(
      'AuthFailure.ServiceLinkedRoleCreationNotPermitted',
      'The provided credentials do not have permission to create the service-linked role for EC2 Spot Instances.',
      403,
    );
  }
  if (wish.spot === undefined && wish.tags['spot-instances-request'] !== undefined) {
    throw new Ec2Refusal(
      'InvalidParameterCombination',
      'Tags for spot-instances-request need InstanceMarketOptions of spot.',
    );
  }
  const groups = findGroups(account, wish, subnet);
  const devices = devicesOf(image, wish.devices);
  return { wish, image, type, subnet, groups, devices, foreign: false };
}

/** By id, or as `resolve:ssm:` and the parameter that names it. */
function findImage(account: Account, wished: string): Image {
  const parameter = /^resolve:ssm:(.+)$/.exec(wished)?.[1];
  const id = parameter === undefined ? wished : account.parameters.get(parameter)?.value;
  if (id === undefined) {
    throw new Ec2Refusal('InvalidParameterValue', `The parameter ${parameter} does not exist in SSM.`);
  }
  return findOne('image', id, (one) => account.images.get(one));
}

function findGroups(account: Account, wish: LaunchWish, subnet: Subnet): SecurityGroup[] {
  const ids = wish.interface?.groupIds ?? wish.groupIds;
  if (ids.length === 0) {
    return [...account.groups.all()].filter(
      ({ name, vpcId }) => name === 'default' && vpcId === subnet.vpcId,
    );
  }
  const groups = findAll('group', ids, visibleIn(account, account.groups));
  const foreign = groups.find(({ vpcId }) => vpcId !== subnet.vpcId);
  if (foreign !== undefined) {
    throw new Ec2Refusal(
      'InvalidParameter',
      `Security group ${foreign.id} and subnet ${subnet.id} belong to different networks.`,
    );
  }
  return groups;
}

function countFor(account: Account, { wish, type, subnet }: ResolvedLaunch): number {
  const market = wish.spot === undefined ? 'on-demand' : 'spot';
  const count = roomFor(account, { zone: subnet.zone, type, market }, wish.least, wish.most);
  if (subnet.free < wish.least) throw tooFewAddresses(subnet.id);
  return Math.min(count, subnet.free);
}

function reservation(account: Account, instances: FakeInstance[]): XmlFields {
  return {
    reservationId: instances[0]?.reservationId,
    ownerId: account.id,
    groupSet: [],
    instancesSet: instances.map((instance) => instanceXml(account, instance)),
  };
}
