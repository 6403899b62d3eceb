import type { Account } from '../account.ts';
import type { InstanceType } from '../catalogue/instance-types.ts';
import { Ec2Refusal } from '../wire/refusal.ts';
import type { Market } from './instance.ts';

export interface Place {
  zone: string;
  type: InstanceType;
  market: Market;
}

/** A bound on how many instances may be had, and what EC2 says beyond it. */
interface Bound {
  room: number;
  refusal: () => Ec2Refusal;
}

/** How many of them the place and the account's quotas allow, `most` at most. Throws where it is less than `least`. */
export function roomFor(account: Account, place: Place, least: number, most: number): number {
  refuseUnsupported(account, place);
  const bounds = [vcpuBound(account, place), instanceBound(account, most), capacityBound(account, place)];
  for (const { room, refusal } of bounds) if (room < least) throw refusal();
  return Math.min(most, ...bounds.map(({ room }) => room));
}

function refuseUnsupported(account: Account, { zone, type }: Place): void {
  if (!account.unsupported.has(`${zone} ${type.name}`)) return;
  const others = account.zones.filter((other) => !account.unsupported.has(`${other} ${type.name}`));
  throw new Ec2Refusal(
    'Unsupported',
    `Your requested instance type (${type.name}) is not supported in your requested Availability Zone (${zone}). Please retry your request by not specifying an Availability Zone or choosing ${others.join(', ')}.`,
  );
}

function vcpuBound({ quotas, usage }: Account, { type, market }: Place): Bound {
  const quota = market === 'spot' ? quotas.spotVcpus : quotas.onDemandVcpus;
  return {
    room: Math.max(0, Math.floor((quota - usage.vcpus[market]) / type.vcpus)),
    refusal: () =>
      market === 'spot'
        ? new Ec2Refusal('MaxSpotInstanceCountExceeded', 'Max spot instance count exceeded')
        : new Ec2Refusal(
            'VcpuLimitExceeded',
            `You have requested more vCPU capacity than your current vCPU limit of ${quota} allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
          ),
  };
}

function instanceBound({ quotas, usage }: Account, wanted: number): Bound {
  return {
    room: Math.max(0, quotas.instances - usage.machines),
    refusal: () =>
      new Ec2Refusal(
        'InstanceLimitExceeded',
        `You have requested more instances (${usage.machines + wanted}) than your current instance limit of ${quotas.instances} allows for the specified instance type. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
      ),
  };
}

function capacityBound(account: Account, { zone, type, market }: Place): Bound {
  const rooms = account.capacity
    .filter((entry) => entry.zone === zone && entry.type === type.name)
    .filter((entry) => entry.market === undefined || entry.market === market)
    .map((entry) => {
      const markets: Market[] = entry.market === undefined ? ['on-demand', 'spot'] : [entry.market];
      const used = markets.reduce((sum, one) => sum + account.usage.inPlace(zone, type.name, one), 0);
      return Math.max(0, entry.machines - used);
    });
  return {
    room: Math.min(Number.POSITIVE_INFINITY, ...rooms),
    refusal: () =>
      new Ec2Refusal(
        'InsufficientInstanceCapacity',
        market === 'spot'
          ? 'There is no Spot capacity available that matches your request.'
          : `We currently do not have sufficient ${type.name} capacity in the Availability Zone you requested (${zone}). Our system will be working on provisioning additional capacity.`,
        500,
      ),
  };
}
