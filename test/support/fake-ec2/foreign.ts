import type { Account } from './account.ts';
import { INSTANCE_TYPES } from './catalogue/instance-types.ts';
import { devicesOf } from './instances/launch-devices.ts';
import { makeInstances } from './instances/make-instances.ts';
import type { LaunchWish } from './instances/read-launch.ts';

export interface Foreign {
  type: string;
  count: number;
  market?: 'on-demand' | 'spot';
  /** Default: the first. */
  zone?: string;
  tags?: Record<string, string>;
}

/** Instances of the same account that somebody else launched; no limit is asked. @returns their ids. */
export function addForeign(
  account: Account,
  { type: typeName, count, market, zone, tags }: Foreign,
): string[] {
  const type = INSTANCE_TYPES.get(typeName);
  const image = [...account.images.values()].find(({ architecture }) => architecture === type?.architecture);
  const subnet = [...account.subnets.values()].find((one) => zone === undefined || one.zone === zone);
  if (type === undefined || image === undefined || subnet === undefined) {
    throw new Error(`the fake knows no ${typeName} in ${zone ?? 'any zone'}`);
  }
  const groups = [...account.groups.all()].filter(
    ({ name, vpcId }) => name === 'default' && vpcId === subnet.vpcId,
  );
  const wish: LaunchWish = {
    imageId: image.id,
    typeName,
    least: count,
    most: count,
    subnetId: subnet.id,
    zone: undefined,
    groupIds: [],
    interface: undefined,
    userData: undefined,
    tags: { instance: new Map(Object.entries(tags ?? {})) },
    spot:
      market === 'spot' ? { kind: 'one-time', onInterruption: 'terminate', maxPrice: undefined } : undefined,
    credits: undefined,
    metadata: {},
    profile: undefined,
    devices: [],
    onShutdown: 'stop',
    terminationProtected: false,
    monitored: false,
    ebsOptimized: false,
    clientToken: undefined,
  };
  return makeInstances(
    account,
    { wish, image, type, subnet, groups, devices: devicesOf(image, []), foreign: true },
    count,
  ).map(({ id }) => id);
}
