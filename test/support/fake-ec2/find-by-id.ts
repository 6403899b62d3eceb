import type { Account } from './account.ts';
import type { Tagged } from './tagged-store.ts';
import { Ec2Refusal } from './wire/refusal.ts';

interface Kind {
  prefix: string;
  malformed: string;
  unknown: string;
  /** As it stands in "The … ID 'x' does not exist". */
  noun: string;
}

const KINDS = {
  instance: {
    prefix: 'i',
    malformed: 'InvalidInstanceID.Malformed',
    unknown: 'InvalidInstanceID.NotFound',
    noun: 'instance',
  },
  group: {
    prefix: 'sg',
    malformed: 'InvalidGroupId.Malformed',
    unknown: 'InvalidGroup.NotFound',
    noun: 'security group',
  },
  rule: {
    prefix: 'sgr',
    malformed: 'InvalidSecurityGroupRuleId.Malformed',
    unknown: 'InvalidSecurityGroupRuleId.NotFound',
    noun: 'security group rule',
  },
  volume: {
    prefix: 'vol',
    malformed: 'InvalidVolumeID.Malformed',
    unknown: 'InvalidVolume.NotFound',
    noun: 'volume',
  },
  interface: {
    prefix: 'eni',
    malformed: 'InvalidNetworkInterfaceID.Malformed',
    unknown: 'InvalidNetworkInterfaceID.NotFound',
    noun: 'networkInterface',
  },
  image: {
    prefix: 'ami',
    malformed: 'InvalidAMIID.Malformed',
    unknown: 'InvalidAMIID.NotFound',
    noun: 'image',
  },
  subnet: {
    prefix: 'subnet',
    malformed: 'InvalidSubnetID.Malformed',
    unknown: 'InvalidSubnetID.NotFound',
    noun: 'subnet',
  },
  vpc: { prefix: 'vpc', malformed: 'InvalidVpcID.Malformed', unknown: 'InvalidVpcID.NotFound', noun: 'vpc' },
} satisfies Record<string, Kind>;

export type KindName = keyof typeof KINDS;

/** All of the ids or a refusal that names those that are not there: one bad id fails the whole request. */
export function findAll<T>(kindName: KindName, ids: string[], find: (id: string) => T | undefined): T[] {
  const kind: Kind = KINDS[kindName];
  const wrong = ids.find((id) => !new RegExp(`^${kind.prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`).test(id));
  if (wrong !== undefined) throw new Ec2Refusal(kind.malformed, `Invalid id: "${wrong}"`);
  const found = [...new Set(ids)].map((id) => [id, find(id)] as const);
  const missing = found.filter(([, item]) => item === undefined).map(([id]) => id);
  if (missing.length > 0) {
    throw new Ec2Refusal(
      kind.unknown,
      `The ${kind.noun} ID${missing.length > 1 ? 's' : ''} '${missing.join(', ')}' do${missing.length > 1 ? '' : 'es'} not exist`,
    );
  }
  return found.flatMap(([, item]) => (item === undefined ? [] : [item]));
}

export function findOne<T>(kindName: KindName, id: string, find: (id: string) => T | undefined): T {
  const [item] = findAll(kindName, [id], find);
  if (item === undefined) throw new Error(`${id} was found and is not there`);
  return item;
}

/** Those that are old enough to be known. */
export function visibleIn<T extends Tagged & { visibleAt?: number }>(
  account: Account,
  store: { get(id: string): T | undefined },
): (id: string) => T | undefined {
  return (id) => {
    const item = store.get(id);
    return item !== undefined && account.isVisible(item) ? item : undefined;
  };
}
