import type { Account } from '../account.ts';
import type { Action } from '../action.ts';
import { type FilterTable, matcher, readFilters } from '../filters.ts';
import { fixed, readSelection } from '../select.ts';
import type { Tagged } from '../tagged-store.ts';
import { tagSet } from '../tags.ts';
import { Ec2Refusal } from '../wire/refusal.ts';
import type { Subnet } from './subnets.ts';

const SUBNET_FILTERS: FilterTable<Subnet> = {
  'availability-zone': ({ zone }) => zone,
  'cidr-block': ({ cidr }) => cidr,
  'default-for-az': () => false,
  'map-public-ip-on-launch': ({ mapPublicIpOnLaunch }) => mapPublicIpOnLaunch,
  state: () => 'available',
  'subnet-id': ({ id }) => id,
  'vpc-id': ({ vpcId }) => vpcId,
};

export const describeSubnets: Action = (form) => {
  const select = readSelection<Subnet>(form, {
    kind: 'subnet',
    idParameter: 'SubnetId',
    filters: SUBNET_FILTERS,
    store: (account) => fixed(account.subnets),
  });
  return (account) => {
    const { items, rest } = select(account);
    return {
      subnetSet: items.map((subnet) => ({
        subnetId: subnet.id,
        subnetArn: `arn:aws:ec2:${account.region}:${account.id}:subnet/${subnet.id}`,
        ownerId: account.id,
        state: 'available',
        vpcId: subnet.vpcId,
        cidrBlock: subnet.cidr,
        ipv6CidrBlockAssociationSet: [],
        availableIpAddressCount: subnet.free,
        availabilityZone: subnet.zone,
        availabilityZoneId: zoneIdOf(account, subnet.zone),
        defaultForAz: false,
        mapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
        tagSet: tagSet(subnet.tags),
      })),
      ...rest,
    };
  };
};

export const describeVpcs: Action = (form) => {
  const select = readSelection<Tagged>(form, {
    kind: 'vpc',
    idParameter: 'VpcId',
    filters: { 'vpc-id': ({ id }) => id, state: () => 'available', 'is-default': () => false },
    store: (account) =>
      fixed(new Map(account.vpcs.map((id, index) => [id, { id, sequence: index + 1, tags: new Map() }]))),
  });
  return (account) => {
    const { items, rest } = select(account);
    return {
      vpcSet: items.map(({ id }) => ({
        vpcId: id,
        ownerId: account.id,
        state: 'available',
        cidrBlock: '10.0.0.0/16',
        instanceTenancy: 'default',
        isDefault: false,
      })),
      ...rest,
    };
  };
};

export const describeAvailabilityZones: Action = (form) => {
  const names = form.list('ZoneName');
  form.boolean('AllAvailabilityZones');
  const matches = matcher<{ zone: string; tags: Map<string, string> }>(readFilters(form), {
    'region-name': ({ zone }) => zone.slice(0, -1),
    state: () => 'available',
    'zone-name': ({ zone }) => zone,
    'zone-type': () => 'availability-zone',
    'opt-in-status': () => 'opt-in-not-required',
  });
  return (account) => {
    const unknown = names.find((name) => !account.zones.includes(name));
    if (unknown !== undefined) {
      throw new Ec2Refusal('InvalidParameterValue', `Invalid availability zone: [${unknown}]`);
    }
    const zones = (names.length > 0 ? names : account.zones).filter((zone) =>
      matches({ zone, tags: new Map() }),
    );
    return {
      availabilityZoneInfo: zones.map((zone) => ({
        zoneName: zone,
        zoneId: zoneIdOf(account, zone),
        zoneState: 'available',
        regionName: account.region,
        zoneType: 'availability-zone',
        optInStatus: 'opt-in-not-required',
        messageSet: [],
      })),
    };
  };
};

/** No default VPC, as the fake behaves throughout. */
export const describeAccountAttributes: Action = (form) => {
  const names = form.list('AttributeName');
  return () => ({
    accountAttributeSet: Object.entries({ 'supported-platforms': 'VPC', 'default-vpc': 'none' })
      .filter(([name]) => names.length === 0 || names.includes(name))
      .map(([attributeName, attributeValue]) => ({ attributeName, attributeValueSet: [{ attributeValue }] })),
  });
};

function zoneIdOf(account: Account, zone: string): string {
  return `${account.region.replace(/^(\w\w)-(\w).*-(\d)$/, '$1$2$3')}-az${account.zones.indexOf(zone) + 1}`;
}
