import { createHash } from 'node:crypto';
import type { Account } from '../account.ts';
import type { FakeInstance, FakeInterface, FakeVolume } from './instance.ts';
import { snapshotOf } from './launch-devices.ts';
import type { Device } from './read-devices.ts';
import type { ResolvedLaunch } from './run-instances.ts';

/** Puts so many of the launch into the account, each with its interface and its disks. */
export function makeInstances(account: Account, launch: ResolvedLaunch, count: number): FakeInstance[] {
  const reservationId = account.ids.make('r');
  const instances = Array.from({ length: count }, (_, index) => {
    const instance = record(account, launch, reservationId, index);
    instance.interface = interfaceOf(account, launch, instance);
    instance.volumes = launch.devices.map((device) => volumeOf(account, launch, instance, device));
    return instance;
  });
  for (const instance of instances) {
    account.instances.add(instance);
    account.ever.push(instance);
    account.lifecycle.launch(instance);
  }
  return instances;
}

function record(
  account: Account,
  { wish, image, type, subnet, groups, foreign }: ResolvedLaunch,
  reservationId: string,
  launchIndex: number,
): FakeInstance {
  const { ids } = account;
  const now = account.now();
  return {
    id: ids.make('i'),
    sequence: ids.sequence(),
    tags: new Map(wish.tags.instance),
    reservationId,
    launchIndex,
    type,
    image,
    subnet,
    groups,
    market: wish.spot === undefined ? 'on-demand' : 'spot',
    spot: wish.spot && {
      ...wish.spot,
      requestId: `sir-${ids.make('sir').slice(-8)}`,
      tags: wish.tags['spot-instances-request'] ?? new Map(),
    },
    clientToken: wish.clientToken,
    userData: wish.userData,
    metadata: {
      tokens: image.tokens,
      hopLimit: image.hopLimit,
      endpoint: 'enabled',
      tags: 'disabled',
      ipv6: 'disabled',
      ...wish.metadata,
    },
    credits: wish.credits ?? type.credits,
    profile: wish.profile,
    onShutdown: wish.onShutdown,
    terminationProtected: wish.terminationProtected,
    monitored: wish.monitored,
    ebsOptimized: wish.ebsOptimized,
    wantsPublicAddress: wish.interface?.publicAddress ?? subnet.mapPublicIpOnLaunch,
    state: 'pending',
    stateReason: undefined,
    transitionReason: '',
    launchedAt: now,
    visibleAt: now + account.lag.instancesMs,
    privateAddress: subnet.take(),
    publicAddress: undefined,
    interface: undefined,
    volumes: [],
    foreign,
    step: 0,
    backingAtWork: false,
  };
}

function interfaceOf(
  account: Account,
  { wish, groups }: ResolvedLaunch,
  instance: FakeInstance,
): FakeInterface {
  const made: FakeInterface = {
    id: account.ids.make('eni'),
    sequence: account.ids.sequence(),
    tags: new Map(wish.tags['network-interface']),
    instance,
    attachmentId: account.ids.make('eni-attach'),
    description: wish.interface?.description ?? '',
    privateAddress: instance.privateAddress,
    macAddress: macOf(instance.id),
    deleteOnTermination: wish.interface?.deleteOnTermination ?? true,
    visibleAt: instance.visibleAt,
  };
  account.interfaces.add(made);
  for (const group of groups) group.usedBy.add(made.id);
  return made;
}

function volumeOf(
  account: Account,
  { wish, image }: ResolvedLaunch,
  instance: FakeInstance,
  device: Device,
): FakeVolume {
  const type = device.type ?? 'gp3';
  const isRoot = device.name === image.rootDevice;
  const made: FakeVolume = {
    id: account.ids.make('vol'),
    sequence: account.ids.sequence(),
    tags: new Map(wish.tags.volume),
    instance,
    device: device.name,
    sizeGb: device.sizeGb ?? image.rootGb,
    type,
    encrypted: device.encrypted ?? false,
    iops: device.iops ?? (type === 'gp3' ? 3000 : undefined),
    throughput: device.throughput ?? (type === 'gp3' ? 125 : undefined),
    snapshotId: isRoot ? snapshotOf(image) : device.snapshotId,
    kmsKeyId: device.kmsKeyId,
    createdAt: instance.launchedAt,
    deleteOnTermination: device.deleteOnTermination ?? isRoot,
    attached: true,
    visibleAt: instance.visibleAt,
  };
  account.volumes.add(made);
  return made;
}

function macOf(id: string): string {
  const digits = createHash('sha1').update(id).digest('hex').slice(0, 10);
  return ['02', ...(digits.match(/../g) ?? [])].join(':');
}
