import type { Account } from '../account.ts';
import type { Action } from '../action.ts';
import type { FilterTable } from '../filters.ts';
import { readSelection } from '../select.ts';
import { tagSet } from '../tags.ts';
import type { XmlFields } from '../wire/xml.ts';
import type { FakeInterface } from './instance.ts';
import {
  associationXml,
  attachmentXml,
  groupSet,
  privateDnsName,
  visiblePublicAddress,
} from './instance-xml.ts';

const FILTERS: FilterTable<FakeInterface> = {
  'addresses.private-ip-address': ({ privateAddress }) => privateAddress,
  'association.public-ip': ({ instance }) => visiblePublicAddress(instance),
  'attachment.instance-id': ({ instance }) => instance.id,
  'availability-zone': ({ instance }) => instance.subnet.zone,
  description: ({ description }) => description,
  'group-id': ({ instance }) => instance.groups.map(({ id }) => id),
  'group-name': ({ instance }) => instance.groups.map(({ name }) => name),
  'network-interface-id': ({ id }) => id,
  'private-ip-address': ({ privateAddress }) => privateAddress,
  status: () => 'in-use',
  'subnet-id': ({ instance }) => instance.subnet.id,
  'vpc-id': ({ instance }) => instance.subnet.vpcId,
};

export const describeNetworkInterfaces: Action = (form) => {
  const select = readSelection<FakeInterface>(form, {
    kind: 'interface',
    idParameter: 'NetworkInterfaceId',
    filters: FILTERS,
    store: (account) => account.interfaces,
  });
  return (account) => {
    const { items, rest } = select(account);
    return { networkInterfaceSet: items.map((one) => interfaceXml(account, one)), ...rest };
  };
};

function interfaceXml(account: Account, one: FakeInterface): XmlFields {
  const { instance, privateAddress } = one;
  return {
    networkInterfaceId: one.id,
    subnetId: instance.subnet.id,
    vpcId: instance.subnet.vpcId,
    availabilityZone: instance.subnet.zone,
    description: one.description,
    ownerId: account.id,
    requesterManaged: false,
    status: 'in-use',
    macAddress: one.macAddress,
    privateIpAddress: privateAddress,
    privateDnsName: privateDnsName(privateAddress),
    sourceDestCheck: true,
    groupSet: groupSet(instance),
    attachment: { ...attachmentXml(one), instanceId: instance.id, instanceOwnerId: account.id },
    association: associationXml(instance),
    tagSet: tagSet(one.tags),
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
  };
}
