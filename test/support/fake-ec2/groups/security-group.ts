import type { Tagged, Tags } from '../tagged-store.ts';

export interface Peer {
  cidrIpv4?: string;
  cidrIpv6?: string;
  prefixListId?: string;
  groupId?: string;
}

export interface SecurityGroupRule extends Tagged {
  readonly groupId: string;
  readonly egress: boolean;
  /** `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all. */
  readonly protocol: string;
  /** -1 where the protocol has no ports or all are meant. */
  readonly fromPort: number;
  readonly toPort: number;
  readonly peer: Peer;
  readonly description: string | undefined;
}

export interface SecurityGroup extends Tagged {
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  readonly tags: Tags;
  readonly rules: SecurityGroupRule[];
  /** Ids of interfaces in it. */
  readonly usedBy: Set<string>;
  readonly createdAt: number;
  readonly visibleAt: number;
}

/** Two rules with the same key are the same rule, whatever they are called. */
export function ruleKey(
  rule: Pick<SecurityGroupRule, 'egress' | 'protocol' | 'fromPort' | 'toPort' | 'peer'>,
): string {
  return `${rule.egress} ${rule.protocol} ${rule.fromPort} ${rule.toPort} ${peerText(rule.peer)}`;
}

export function peerText({ cidrIpv4, cidrIpv6, prefixListId, groupId }: Peer): string {
  return cidrIpv4 ?? cidrIpv6 ?? prefixListId ?? groupId ?? '';
}
