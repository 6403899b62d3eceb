import type { IpPermission, SecurityGroupRule } from '@aws-sdk/client-ec2';
import { openPortRanges } from '../../../lab/access.ts';
import { ENGINE_PORT } from '../../../lab/machine.ts';
import { driverRefusal } from './ec2-errors.ts';

/** One rule of a lab's security group. */
export interface GroupRule {
  direction: 'in' | 'out';
  protocol: 'tcp' | 'udp' | 'all';
  /** -1 to -1 where all ports are meant. */
  fromPort: number;
  toPort: number;
  /** An IPv4 CIDR, or the lab's own group. */
  peer: string | typeof OWN_GROUP;
}

const OWN_GROUP = Symbol('the lab’s own group');

const ANYWHERE = '0.0.0.0/0';
const HTTP_PORT = 80;
const HTTPS_PORT = 443;
const NTP_PORT = 123;
/** EC2's default, each way; aws-facts.md, "Network". */
const MOST_RULES = 60;
/** What is left of them beside the base rules, whatever the number of the functions' subnets. */
export const MOST_OWNER_RULES = 50;

/** What every lab has: its machines reach each other, the web and the time; the control plane reaches their engines. */
export function baseRules(controlRanges: string[]): GroupRule[] {
  return [
    all('in'),
    ...controlRanges.map((range) => tcp('in', ENGINE_PORT, ENGINE_PORT, range)),
    all('out'),
    tcp('out', HTTP_PORT, HTTP_PORT, ANYWHERE),
    tcp('out', HTTPS_PORT, HTTPS_PORT, ANYWHERE),
    { direction: 'out', protocol: 'udp', fromPort: NTP_PORT, toPort: NTP_PORT, peer: ANYWHERE },
  ];
}

/**
 * 22, 2376 and the published ports, from each range.
 * @throws SlipwayError `driver_failed`, refused, where they are more than a group takes.
 */
export function ownerRules(from: string[], ports: number[], taken: number): GroupRule[] {
  const rules = [...new Set(from)].flatMap((range) =>
    openPortRanges(ports).map(([first, last]) => tcp('in', first, last, range)),
  );
  if (rules.length + taken > MOST_RULES) {
    throw driverRefusal(
      'refused',
      `${from.length} ranges and ${ports.length} ports make ${rules.length + taken} rules, and a security group takes ${MOST_RULES}: name fewer ranges or publish fewer ports`,
    );
  }
  return rules;
}

function tcp(direction: GroupRule['direction'], fromPort: number, toPort: number, peer: string): GroupRule {
  return { direction, protocol: 'tcp', fromPort, toPort, peer };
}

function all(direction: GroupRule['direction']): GroupRule {
  return { direction, protocol: 'all', fromPort: -1, toPort: -1, peer: OWN_GROUP };
}

/** What is to be changed in a group so that it has these rules. */
export interface RuleChange {
  add: GroupRule[];
  /** Ids of rules, by direction: EC2 revokes each by a call of its own. */
  revoke: { in: string[]; out: string[] };
}

/** @param keepsIn leaves what else is allowed in. */
export function ruleChange(
  wanted: GroupRule[],
  there: SecurityGroupRule[],
  group: { id: string; keepsIn: boolean },
): RuleChange {
  const found = new Map(there.map((rule) => [keyOfEc2(rule), rule.SecurityGroupRuleId ?? '']));
  const keys = new Set(wanted.map((rule) => keyOf(rule, group.id)));
  const surplus = there.filter((rule) => !keys.has(keyOfEc2(rule)));
  const idsOf = (isEgress: boolean) =>
    surplus
      .filter((rule) => (rule.IsEgress ?? false) === isEgress)
      .map(({ SecurityGroupRuleId }) => SecurityGroupRuleId ?? '');
  return {
    add: wanted.filter((rule) => !found.has(keyOf(rule, group.id))),
    revoke: { in: group.keepsIn ? [] : idsOf(false), out: idsOf(true) },
  };
}

function keyOf({ direction, protocol, fromPort, toPort, peer }: GroupRule, groupId: string): string {
  const named = protocol === 'all' ? '-1' : protocol;
  return [direction, named, fromPort, toPort, peer === OWN_GROUP ? groupId : peer].join(' ');
}

function keyOfEc2(rule: SecurityGroupRule): string {
  const { IsEgress, IpProtocol, FromPort, ToPort, CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo } =
    rule;
  const peer = CidrIpv4 ?? CidrIpv6 ?? PrefixListId ?? ReferencedGroupInfo?.GroupId ?? '';
  return [IsEgress ? 'out' : 'in', IpProtocol, FromPort ?? -1, ToPort ?? -1, peer].join(' ');
}

/** The rule as EC2 takes it. */
export function ipPermission({ protocol, fromPort, toPort, peer }: GroupRule, groupId: string): IpPermission {
  return {
    IpProtocol: protocol === 'all' ? '-1' : protocol,
    ...(protocol === 'all' ? {} : { FromPort: fromPort, ToPort: toPort }),
    ...(peer === OWN_GROUP
      ? { UserIdGroupPairs: [{ GroupId: groupId }] }
      : { IpRanges: [{ CidrIp: peer as string }] }),
  };
}
