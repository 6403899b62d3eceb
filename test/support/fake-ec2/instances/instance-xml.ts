import type { Account } from '../account.ts';
import { tagSet } from '../tags.ts';
import type { Xml, XmlFields } from '../wire/xml.ts';
import type { FakeInstance, FakeInterface, InstanceState } from './instance.ts';

const STATE_CODES: Record<InstanceState, number> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export function stateXml(state: InstanceState): XmlFields {
  return { code: STATE_CODES[state], name: state };
}

export function groupSet({ groups }: FakeInstance): Xml {
  return groups.map(({ id, name }) => ({ groupId: id, groupName: name }));
}

export function privateDnsName(address: string): string {
  return `ip-${address.replaceAll('.', '-')}.ec2.internal`;
}

/** A public address is told of only while the instance runs; a terminated one has no network at all. */
export function visiblePublicAddress({ state, publicAddress }: FakeInstance): string | undefined {
  return state === 'running' ? publicAddress : undefined;
}

export function instanceXml(account: Account, instance: FakeInstance): XmlFields {
  const { id, type, image, subnet, state, metadata, spot } = instance;
  return {
    instanceId: id,
    imageId: image.id,
    instanceState: stateXml(state),
    privateDnsName: instance.interface && privateDnsName(instance.privateAddress),
    dnsName: '',
    reason: instance.transitionReason,
    amiLaunchIndex: instance.launchIndex,
    productCodes: [],
    instanceType: type.name,
    launchTime: new Date(instance.launchedAt),
    placement: { availabilityZone: subnet.zone, groupName: '', tenancy: 'default' },
    monitoring: { state: instance.monitored ? 'enabled' : 'disabled' },
    ...(instance.interface && networkFields(account, instance, instance.interface)),
    ...(instance.stateReason && { stateReason: { ...instance.stateReason } }),
    architecture: image.architecture,
    rootDeviceType: 'ebs',
    rootDeviceName: image.rootDevice,
    blockDeviceMapping: instance.volumes.map((volume) => ({
      deviceName: volume.device,
      ebs: {
        volumeId: volume.id,
        status: 'attached',
        attachTime: new Date(volume.createdAt),
        deleteOnTermination: volume.deleteOnTermination,
      },
    })),
    virtualizationType: 'hvm',
    instanceLifecycle: spot && 'spot',
    spotInstanceRequestId: spot?.requestId,
    clientToken: instance.clientToken ?? '',
    tagSet: tagSet(instance.tags),
    hypervisor: 'xen',
    ebsOptimized: instance.ebsOptimized,
    enaSupport: true,
    iamInstanceProfile:
      instance.profile === undefined ? undefined : { arn: profileArn(account, instance.profile) },
    cpuOptions: coresOf(type),
    hibernationOptions: { configured: false },
    metadataOptions: {
      state: state === 'pending' ? 'pending' : 'applied',
      httpTokens: metadata.tokens,
      httpPutResponseHopLimit: metadata.hopLimit,
      httpEndpoint: metadata.endpoint,
      httpProtocolIpv6: metadata.ipv6,
      instanceMetadataTags: metadata.tags,
    },
    maintenanceOptions: { autoRecovery: 'default' },
  };
}

function networkFields(account: Account, instance: FakeInstance, one: FakeInterface): XmlFields {
  const { subnet, privateAddress } = instance;
  return {
    subnetId: subnet.id,
    vpcId: subnet.vpcId,
    privateIpAddress: privateAddress,
    ipAddress: visiblePublicAddress(instance),
    sourceDestCheck: true,
    groupSet: groupSet(instance),
    networkInterfaceSet: [
      {
        networkInterfaceId: one.id,
        subnetId: subnet.id,
        vpcId: subnet.vpcId,
        description: one.description,
        ownerId: account.id,
        status: 'in-use',
        macAddress: one.macAddress,
        privateIpAddress: privateAddress,
        privateDnsName: privateDnsName(privateAddress),
        sourceDestCheck: true,
        groupSet: groupSet(instance),
        attachment: attachmentXml(one),
        association: associationXml(instance),
        privateIpAddressesSet: [
          {
            privateIpAddress: privateAddress,
            privateDnsName: privateDnsName(privateAddress),
            primary: true,
            association: associationXml(instance),
          },
        ],
        ipv6AddressesSet: [],
        interfaceType: 'interface',
      },
    ],
  };
}

export function attachmentXml({ attachmentId, instance, deleteOnTermination }: FakeInterface): XmlFields {
  return {
    attachmentId,
    deviceIndex: 0,
    status: 'attached',
    attachTime: new Date(instance.launchedAt),
    deleteOnTermination,
    networkCardIndex: 0,
  };
}

export function associationXml(instance: FakeInstance): XmlFields | undefined {
  const address = visiblePublicAddress(instance);
  return address === undefined ? undefined : { publicIp: address, publicDnsName: '', ipOwnerId: 'amazon' };
}

function profileArn(account: Account, profile: string): string {
  return profile.startsWith('arn:') ? profile : `arn:aws:iam::${account.id}:instance-profile/${profile}`;
}

/** Graviton has one thread per core, the others two. */
function coresOf({ vcpus, architecture }: FakeInstance['type']): XmlFields {
  const threadsPerCore = architecture === 'arm64' ? 1 : Math.min(2, vcpus);
  return { coreCount: vcpus / threadsPerCore, threadsPerCore };
}
