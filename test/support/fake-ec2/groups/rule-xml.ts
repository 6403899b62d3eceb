import type { Account } from '../account.ts';
import { tagSet } from '../tags.ts';
import type { Xml, XmlFields } from '../wire/xml.ts';
import type { SecurityGroup, SecurityGroupRule } from './security-group.ts';

export function ruleXml(account: Account, rule: SecurityGroupRule): XmlFields {
  const { peer } = rule;
  return {
    securityGroupRuleId: rule.id,
    groupId: rule.groupId,
    groupOwnerId: account.id,
    isEgress: rule.egress,
    ipProtocol: rule.protocol,
    fromPort: rule.fromPort,
    toPort: rule.toPort,
    cidrIpv4: peer.cidrIpv4,
    cidrIpv6: peer.cidrIpv6,
    prefixListId: peer.prefixListId,
    referencedGroupInfo:
      peer.groupId === undefined ? undefined : { groupId: peer.groupId, userId: account.id },
    description: rule.description,
    tagSet: tagSet(rule.tags),
    securityGroupRuleArn: `arn:aws:ec2:${account.region}:${account.id}:security-group-rule/${rule.id}`,
  };
}

export function revokedRuleXml(rule: SecurityGroupRule): XmlFields {
  const { peer } = rule;
  return {
    securityGroupRuleId: rule.id,
    groupId: rule.groupId,
    isEgress: rule.egress,
    ipProtocol: rule.protocol,
    fromPort: rule.fromPort,
    toPort: rule.toPort,
    cidrIpv4: peer.cidrIpv4,
    cidrIpv6: peer.cidrIpv6,
    prefixListId: peer.prefixListId,
    referencedGroupId: peer.groupId,
    description: rule.description,
  };
}

export function groupXml(account: Account, group: SecurityGroup): XmlFields {
  return {
    ownerId: account.id,
    groupId: group.id,
    groupName: group.name,
    groupDescription: group.description,
    vpcId: group.vpcId,
    securityGroupArn: groupArn(account, group),
    ipPermissions: permissionSet(account, group, false),
    ipPermissionsEgress: permissionSet(account, group, true),
    tagSet: tagSet(group.tags),
  };
}

export function groupArn(account: Account, { id }: SecurityGroup): string {
  return `arn:aws:ec2:${account.region}:${account.id}:security-group/${id}`;
}

/** Rules of one protocol and ports are told as one permission with many peers. */
function permissionSet(account: Account, group: SecurityGroup, egress: boolean): Xml {
  const together = new Map<string, SecurityGroupRule[]>();
  for (const rule of group.rules.filter((one) => one.egress === egress)) {
    const key = `${rule.protocol} ${rule.fromPort} ${rule.toPort}`;
    together.set(key, [...(together.get(key) ?? []), rule]);
  }
  return [...together.values()].map((rules) => permissionXml(account, rules));
}

function permissionXml(account: Account, rules: SecurityGroupRule[]): XmlFields {
  const [first] = rules;
  if (first === undefined) return {};
  const { protocol, fromPort, toPort } = first;
  // Where all ports are meant DescribeSecurityGroups tells none.
  const ports = fromPort === -1 && !protocol.startsWith('icmp') ? {} : { fromPort, toPort };
  const each = (write: (rule: SecurityGroupRule) => XmlFields | undefined): Xml =>
    rules.map(write).filter((item) => item !== undefined);
  return {
    ipProtocol: protocol,
    ...ports,
    groups: each(({ peer: { groupId }, description }) =>
      groupId === undefined ? undefined : { userId: account.id, groupId, description },
    ),
    ipRanges: each(({ peer: { cidrIpv4 }, description }) =>
      cidrIpv4 === undefined ? undefined : { cidrIp: cidrIpv4, description },
    ),
    ipv6Ranges: each(({ peer: { cidrIpv6 }, description }) =>
      cidrIpv6 === undefined ? undefined : { cidrIpv6, description },
    ),
    prefixListIds: each(({ peer: { prefixListId }, description }) =>
      prefixListId === undefined ? undefined : { prefixListId, description },
    ),
  };
}
