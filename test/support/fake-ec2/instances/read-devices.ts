import type { Form } from '../wire/form.ts';
import { Ec2Refusal } from '../wire/refusal.ts';

export interface Device {
  name: string;
  sizeGb: number | undefined;
  type: string | undefined;
  encrypted: boolean | undefined;
  deleteOnTermination: boolean | undefined;
  iops: number | undefined;
  throughput: number | undefined;
  kmsKeyId: string | undefined;
  snapshotId: string | undefined;
}

const TYPES = ['standard', 'gp2', 'gp3', 'io1', 'io2', 'st1', 'sc1'] as const;

/** `BlockDeviceMapping.N`. */
export function readDevices(form: Form): Device[] {
  const devices = form.parts('BlockDeviceMapping').map((part): Device => {
    const name = part.required('DeviceName');
    const ebs = part.part('Ebs');
    const device = {
      name,
      sizeGb: ebs?.integer('VolumeSize'),
      type: ebs?.oneOf('VolumeType', TYPES),
      encrypted: ebs?.boolean('Encrypted'),
      deleteOnTermination: ebs?.boolean('DeleteOnTermination'),
      iops: ebs?.integer('Iops'),
      throughput: ebs?.integer('Throughput'),
      kmsKeyId: ebs?.text('KmsKeyId'),
      snapshotId: ebs?.text('SnapshotId'),
    };
    requireSense(device);
    return device;
  });
  const names = devices.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new Ec2Refusal('InvalidBlockDeviceMapping', `Duplicate device name '${twice}'`);
  }
  return devices;
}

function requireSense({ name, sizeGb, type, encrypted, kmsKeyId, iops, throughput }: Device): void {
  if (sizeGb !== undefined && (sizeGb < 1 || sizeGb > 65536)) {
    throw new Ec2Refusal('InvalidParameterValue', `Volume size ${sizeGb} for '${name}' is out of range`);
  }
  if (kmsKeyId !== undefined && encrypted !== true) {
    throw new Ec2Refusal(
      'InvalidParameterDependency',
      'The parameter KmsKeyId requires the parameter Encrypted to be set.',
    );
  }
  if (throughput !== undefined && type !== 'gp3') {
    throw new Ec2Refusal(
      'InvalidParameterCombination',
      `The parameter throughput is not supported for ${type ?? 'gp2'} volumes.`,
    );
  }
  if (throughput !== undefined && (throughput < 125 || throughput > 2000)) {
    throw new Ec2Refusal(
      'InvalidParameterValue',
      `Volume throughput of ${throughput} is out of range 125-2000`,
    );
  }
  if (iops !== undefined && type === 'gp3' && (iops < 3000 || iops > 80_000)) {
    throw new Ec2Refusal('InvalidParameterValue', `Volume iops of ${iops} is out of range for gp3`);
  }
}
