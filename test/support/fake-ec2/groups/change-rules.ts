import type { Account } from '../account.ts';
import type { Action } from '../action.ts';
import { findAll, visibleIn } from '../find-by-id.ts';
import { readTagSpecifications } from '../tags.ts';
import { Ec2Refusal } from '../wire/refusal.ts';
import { readGroup } from './find-group.ts';
import { type RuleWish, readPermissions } from './read-permissions.ts';
import { revokedRuleXml, ruleXml } from './rule-xml.ts';
import { peerText, ruleKey, type SecurityGroup, type SecurityGroupRule } from './security-group.ts';

/** All of the rules or none: one that is there already fails the whole request. */
export function authorize(egress: boolean): Action {
  return (form) => {
    const find = readGroup(form);
    const wishes = readPermissions(form, egress);
    const { 'security-group-rule': tags } = readTagSpecifications(form, ['security-group-rule']);
    requireSome(wishes);
    return (account) => {
      const group = find(account);
      requirePeers(account, wishes);
      refuseDuplicates(group, wishes);
      refuseTooMany(account, group, wishes);
      const rules = wishes.map(
        (wish): SecurityGroupRule => ({
          id: account.ids.make('sgr'),
          sequence: account.ids.sequence(),
          tags: new Map(tags),
          groupId: group.id,
          ...wish,
        }),
      );
      group.rules.push(...rules);
      return { return: true, securityGroupRuleSet: rules.map((rule) => ruleXml(account, rule)) };
    };
  };
}

/** By the rules' ids or by what they are; one that is not there fails the whole request. */
export function revoke(egress: boolean): Action {
  return (form) => {
    const find = readGroup(form);
    const ids = form.list('SecurityGroupRuleId');
    const wishes = readPermissions(form, egress);
    if (ids.length === 0) requireSome(wishes);
    return (account) => {
      const group = find(account);
      const rules = group.rules.filter((rule) => rule.egress === egress);
      const named = findAll('rule', ids, (id) => rules.find((rule) => rule.id === id));
      const meant = wishes.map((wish) => {
        const rule = rules.find((one) => ruleKey(one) === ruleKey(wish));
        if (rule !== undefined) return rule;
        throw new Ec2Refusal(
          'InvalidPermission.NotFound',
          'The specified rule does not exist in this security group.',
        );
      });
      const gone = new Set([...named, ...meant]);
      group.rules.splice(0, group.rules.length, ...group.rules.filter((rule) => !gone.has(rule)));
      return { return: true, revokedSecurityGroupRuleSet: [...gone].map(revokedRuleXml) };
    };
  };
}

function requireSome(wishes: RuleWish[]): void {
  if (wishes.length === 0) {
    throw new Ec2Refusal('MissingParameter', 'The request must contain the parameter ipPermissions');
  }
}

function requirePeers(account: Account, wishes: RuleWish[]): void {
  const ids = wishes.flatMap(({ peer }) => (peer.groupId === undefined ? [] : [peer.groupId]));
  findAll('group', ids, visibleIn(account, account.groups));
}

function refuseDuplicates(group: SecurityGroup, wishes: RuleWish[]): void {
  const present = new Set(group.rules.map(ruleKey));
  const twice = wishes.find((wish) => present.has(ruleKey(wish)));
  if (twice === undefined) return;
  const { protocol, fromPort, toPort, peer } = twice;
  const what = protocol === '-1' ? 'ALL' : protocol.toUpperCase();
  const ports = fromPort === -1 ? '' : `, from port: ${fromPort}, to port: ${toPort}`;
  throw new Ec2Refusal(
    'InvalidPermission.Duplicate',
    `the specified rule "peer: ${peerText(peer)}, ${what}${ports}, ALLOW" already exists`,
  );
}

/** The quota counts IPv4 and IPv6 apart; what names a group or a list counts in both. */
function refuseTooMany(account: Account, group: SecurityGroup, wishes: RuleWish[]): void {
  const side = wishes[0]?.egress ?? false;
  const all = [...group.rules.filter(({ egress }) => egress === side), ...wishes];
  const ipv4 = all.filter(({ peer }) => peer.cidrIpv6 === undefined).length;
  const ipv6 = all.filter(({ peer }) => peer.cidrIpv4 === undefined).length;
  if (Math.max(ipv4, ipv6) <= account.quotas.rulesPerGroup) return;
  throw new Ec2Refusal(
    'RulesPerSecurityGroupLimitExceeded',
    'The maximum number of rules per security group has been reached.',
  );
}
