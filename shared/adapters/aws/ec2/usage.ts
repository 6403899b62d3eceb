import type { Usage } from './admission-store.ts';
import { vcpusOf } from './instance-type.ts';
import type { LabInstance } from './instances.ts';

export const QUOTA_NAMES = ['onDemandVcpus', 'spotVcpus', 'securityGroups'] as const;
export type QuotaName = (typeof QUOTA_NAMES)[number];

export const NO_USAGE: Usage = { onDemandVcpus: 0, spotVcpus: 0, securityGroups: 0 };

/** A, C, D, H, I, M, R, T and Z families share the standard quotas; GPUs, big memory and the like have their own. */
const STANDARD_FAMILY = /^([acdhimrtz]\d|i[ms]\d)/;

export function isStandard(type: string): boolean {
  return STANDARD_FAMILY.test(type);
}

export function combine(work: (name: QuotaName) => number): Usage {
  return {
    onDemandVcpus: work('onDemandVcpus'),
    spotVcpus: work('spotVcpus'),
    securityGroups: work('securityGroups'),
  };
}

export function add(one: Usage, other: Usage): Usage {
  return combine((name) => one[name] + other[name]);
}

/** vCPUs of so many machines; none of a type whose quota is another, or whose name does not tell. */
export function vcpusFor(
  { type, market }: Pick<LabInstance, 'type' | 'market'>,
  count: number,
): Pick<Usage, 'onDemandVcpus' | 'spotVcpus'> {
  const vcpus = isStandard(type) ? (vcpusOf(type) ?? 0) * count : 0;
  return market === 'spot' ? { onDemandVcpus: 0, spotVcpus: vcpus } : { onDemandVcpus: vcpus, spotVcpus: 0 };
}

/** What EC2 counts: those that run or are about to; docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html. */
export function vcpusInUse(instances: LabInstance[]): Pick<Usage, 'onDemandVcpus' | 'spotVcpus'> {
  const each = instances
    .filter(({ state }) => state === 'pending' || state === 'running')
    .map((instance) => vcpusFor(instance, 1));
  return {
    onDemandVcpus: each.reduce((sum, one) => sum + one.onDemandVcpus, 0),
    spotVcpus: each.reduce((sum, one) => sum + one.spotVcpus, 0),
  };
}
