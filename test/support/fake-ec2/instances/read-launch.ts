import { createHash } from 'node:crypto';
import type { Tags } from '../tagged-store.ts';
import { readTagSpecifications } from '../tags.ts';
import type { Form } from '../wire/form.ts';
import { Ec2Refusal } from '../wire/refusal.ts';
import type { MetadataOptions } from './instance.ts';
import { type Device, readDevices } from './read-devices.ts';
import { readMarket, type SpotWish } from './read-market.ts';

/** EC2's bound on user data before base64. */
const MOST_USER_DATA_BYTES = 16_384;
const LONGEST_TOKEN = 64;

interface InterfaceWish {
  subnetId: string | undefined;
  groupIds: string[];
  publicAddress: boolean | undefined;
  deleteOnTermination: boolean;
  description: string;
}

export interface LaunchWish {
  imageId: string;
  typeName: string;
  least: number;
  most: number;
  subnetId: string | undefined;
  zone: string | undefined;
  groupIds: string[];
  interface: InterfaceWish | undefined;
  userData: string | undefined;
  tags: Partial<Record<'instance' | 'volume' | 'network-interface' | 'spot-instances-request', Tags>>;
  spot: SpotWish | undefined;
  credits: 'standard' | 'unlimited' | undefined;
  metadata: Partial<MetadataOptions>;
  profile: string | undefined;
  devices: Device[];
  onShutdown: 'stop' | 'terminate';
  terminationProtected: boolean;
  monitored: boolean;
  ebsOptimized: boolean;
  clientToken: string | undefined;
}

/** Reads and checks what RunInstances can be refused for without a look at the account. */
export function readLaunch(form: Form): LaunchWish {
  const least = countOf(form, 'MinCount');
  const most = countOf(form, 'MaxCount');
  if (least > most) {
    throw new Ec2Refusal('InvalidParameterValue', 'Minimum instance count must not exceed the maximum.');
  }
  if (form.text('KeyName') !== undefined) {
    throw new Ec2Refusal('InvalidKeyPair.NotFound', `The key pair '${form.text('KeyName')}' does not exist`);
  }
  return {
    imageId: form.required('ImageId'),
    typeName: form.required('InstanceType'),
    least,
    most,
    zone: form.part('Placement')?.text('AvailabilityZone'),
    ...readNetwork(form),
    userData: readUserData(form),
    tags: readTagSpecifications(form, ['instance', 'volume', 'network-interface', 'spot-instances-request']),
    spot: readMarket(form),
    credits: form.part('CreditSpecification')?.oneOf('CpuCredits', ['standard', 'unlimited']),
    metadata: readMetadata(form),
    profile: form.part('IamInstanceProfile')?.text('Arn') ?? form.part('IamInstanceProfile')?.text('Name'),
    devices: readDevices(form),
    onShutdown: form.oneOf('InstanceInitiatedShutdownBehavior', ['stop', 'terminate']) ?? 'stop',
    terminationProtected: form.boolean('DisableApiTermination') ?? false,
    monitored: form.part('Monitoring')?.boolean('Enabled') ?? false,
    ebsOptimized: form.boolean('EbsOptimized') ?? false,
    clientToken: readToken(form),
  };
}

/** What must be the same where a client token comes again: all that was sent but the token itself. */
export function digestOf(parameters: Record<string, string>): string {
  const entries = Object.entries(parameters).filter(([name]) => name !== 'ClientToken' && name !== 'DryRun');
  return createHash('sha1').update(JSON.stringify(entries.sort())).digest('base64');
}

function countOf(form: Form, name: string): number {
  form.required(name);
  const count = form.integer(name) ?? 0;
  if (count < 1) {
    throw new Ec2Refusal(
      'InvalidParameterValue',
      `Value (${count}) for parameter ${name} is invalid. It must be at least 1.`,
    );
  }
  return count;
}

function readToken(form: Form): string | undefined {
  const token = form.text('ClientToken');
  if (token !== undefined && (token.length > LONGEST_TOKEN || !/^[\x21-\x7e]+$/.test(token))) {
    throw new Ec2Refusal(
      'InvalidParameterValue',
      `Value (${token}) for parameter clientToken is invalid. It must be 1 to 64 ASCII characters.`,
    );
  }
  return token;
}

function readUserData(form: Form): string | undefined {
  const text = form.text('UserData');
  if (text === undefined) return undefined;
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
    throw new Ec2Refusal('InvalidParameterValue', 'Invalid BASE64 encoding of user data.');
  }
  if (Buffer.byteLength(text, 'base64') > MOST_USER_DATA_BYTES) {
    throw new Ec2Refusal('InvalidParameterValue', 'User data is limited to 16384 bytes');
  }
  return text;
}

function readMetadata(form: Form): Partial<MetadataOptions> {
  const part = form.part('MetadataOptions');
  if (part === undefined) return {};
  const states = ['enabled', 'disabled'] as const;
  const hopLimit = part.integer('HttpPutResponseHopLimit');
  if (hopLimit !== undefined && (hopLimit < 1 || hopLimit > 64)) {
    throw new Ec2Refusal(
      'InvalidParameterValue',
      `Value (${hopLimit}) for parameter HttpPutResponseHopLimit is invalid. Valid values are 1-64.`,
    );
  }
  const said = {
    hopLimit,
    tokens: part.oneOf('HttpTokens', ['optional', 'required']),
    endpoint: part.oneOf('HttpEndpoint', states),
    ipv6: part.oneOf('HttpProtocolIpv6', states),
    tags: part.oneOf('InstanceMetadataTags', states),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

function readNetwork(form: Form): Pick<LaunchWish, 'subnetId' | 'groupIds' | 'interface'> {
  const subnetId = form.text('SubnetId');
  const groupIds = form.list('SecurityGroupId');
  const [primary, second] = form.parts('NetworkInterface');
  if (primary === undefined) return { subnetId, groupIds, interface: undefined };
  if (second !== undefined || primary.integer('DeviceIndex') !== 0) {
    throw new Ec2Refusal(
      'InvalidParameterCombination',
      'This fake launches with one interface, of DeviceIndex 0.',
    );
  }
  if (subnetId !== undefined || groupIds.length > 0) {
    const what = subnetId !== undefined ? 'subnet ID' : 'security groups';
    throw new Ec2Refusal(
      'InvalidParameterCombination',
      `Network interfaces and an instance-level ${what} may not be specified on the same request`,
    );
  }
  return {
    subnetId,
    groupIds,
    interface: {
      subnetId: primary.text('SubnetId'),
      groupIds: primary.list('SecurityGroupId'),
      publicAddress: primary.boolean('AssociatePublicIpAddress'),
      deleteOnTermination: primary.boolean('DeleteOnTermination') ?? true,
      description: primary.text('Description') ?? '',
    },
  };
}
