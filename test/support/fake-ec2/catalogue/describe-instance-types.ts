import type { Action } from '../action.ts';
import { type FilterTable, matcher, readFilters } from '../filters.ts';
import { cutPage, readPage } from '../pages.ts';
import { Ec2Refusal } from '../wire/refusal.ts';
import type { XmlFields } from '../wire/xml.ts';
import { INSTANCE_TYPES, type InstanceType } from './instance-types.ts';

const NO_TAGS = new Map<string, string>();

const TYPE_FILTERS: FilterTable<InstanceType> = {
  'bare-metal': () => false,
  'burstable-performance-supported': ({ burstable }) => burstable,
  'current-generation': ({ name }) => !name.startsWith('t2.'),
  'instance-type': ({ name }) => name,
  'memory-info.size-in-mib': ({ memoryMib }) => memoryMib,
  'processor-info.supported-architecture': ({ architecture }) => architecture,
  'vcpu-info.default-vcpus': ({ vcpus }) => vcpus,
};

export const describeInstanceTypes: Action = (form) => {
  const names = form.list('InstanceType');
  const matches = matcher<InstanceType & { tags: typeof NO_TAGS }>(readFilters(form), TYPE_FILTERS);
  // A hundred at most, also where nothing is said.
  const page = readPage(form, { most: 100, unsaid: 100 });
  return () => {
    const unknown = names.filter((name) => !INSTANCE_TYPES.has(name));
    if (unknown.length > 0) {
      throw new Ec2Refusal(
        'InvalidInstanceType',
        `The following supplied instance types do not exist: [${unknown.join(', ')}]`,
      );
    }
    const named = [...INSTANCE_TYPES.values()].filter(
      ({ name }) => names.length === 0 || names.includes(name),
    );
    const { items, rest } = cutPage(
      named.filter((type) => matches({ ...type, tags: NO_TAGS })),
      page,
    );
    return { instanceTypeSet: items.map(typeXml), ...rest };
  };
};

interface Offering {
  type: string;
  location: string;
  sequence: number;
  tags: typeof NO_TAGS;
}

export const describeInstanceTypeOfferings: Action = (form) => {
  const by = form.oneOf('LocationType', ['region', 'availability-zone']) ?? 'region';
  const page = readPage(form);
  const matches = matcher<Offering>(readFilters(form), {
    'instance-type': ({ type }) => type,
    location: ({ location }) => location,
  });
  return (account) => {
    const offerings: Offering[] = [];
    for (const { name } of INSTANCE_TYPES.values()) {
      const zones = account.zones.filter((zone) => !account.unsupported.has(`${zone} ${name}`));
      const locations = by === 'region' ? (zones.length > 0 ? [account.region] : []) : zones;
      for (const location of locations) {
        offerings.push({ type: name, location, sequence: offerings.length + 1, tags: NO_TAGS });
      }
    }
    const { items, rest } = cutPage(offerings.filter(matches), page);
    return {
      instanceTypeOfferingSet: items.map(({ type, location }) => ({
        instanceType: type,
        locationType: by,
        location,
      })),
      ...rest,
    };
  };
};

function typeXml({ name, architecture, vcpus, memoryMib, burstable }: InstanceType): XmlFields {
  return {
    instanceType: name,
    currentGeneration: !name.startsWith('t2.'),
    freeTierEligible: false,
    supportedUsageClasses: ['on-demand', 'spot'],
    supportedRootDeviceTypes: ['ebs'],
    supportedVirtualizationTypes: ['hvm'],
    bareMetal: false,
    hypervisor: name.startsWith('t2.') ? 'xen' : 'nitro',
    processorInfo: { supportedArchitectures: [architecture] },
    vCpuInfo: { defaultVCpus: vcpus },
    memoryInfo: { sizeInMiB: memoryMib },
    instanceStorageSupported: false,
    burstablePerformanceSupported: burstable,
  };
}
