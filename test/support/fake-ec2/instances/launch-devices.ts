import type { Image } from '../catalogue/images.ts';
import { Ec2Refusal } from '../wire/refusal.ts';
import type { Device } from './read-devices.ts';

/** The image's root with what the launch changes of it, then the launch's further devices. */
export function devicesOf(image: Image, wished: Device[]): Device[] {
  const root = wished.find(({ name }) => name === image.rootDevice);
  if (root?.sizeGb !== undefined && root.sizeGb < image.rootGb) {
    throw new Ec2Refusal(
      'InvalidBlockDeviceMapping',
      `Volume of size ${root.sizeGb}GB is smaller than snapshot '${snapshotOf(image)}', expect size >= ${image.rootGb}GB`,
    );
  }
  const others = wished.filter((device) => device !== root);
  const blank = others.find(({ sizeGb, snapshotId }) => sizeGb === undefined && snapshotId === undefined);
  if (blank !== undefined) {
    throw new Ec2Refusal(
      'MissingParameter',
      `The request must contain the parameter size or snapshotId for device '${blank.name}'`,
    );
  }
  return [root ?? plainRoot(image), ...others];
}

function plainRoot({ rootDevice, rootGb }: Image): Device {
  return {
    name: rootDevice,
    sizeGb: rootGb,
    type: 'gp3',
    encrypted: undefined,
    deleteOnTermination: true,
    iops: undefined,
    throughput: undefined,
    kmsKeyId: undefined,
    snapshotId: undefined,
  };
}

export function snapshotOf({ id }: Image): string {
  return id.replace('ami-', 'snap-');
}
