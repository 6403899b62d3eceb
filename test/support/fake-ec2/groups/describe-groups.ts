import type { Account } from '../account.ts';
import type { Action } from '../action.ts';
import { type Filter, type FilterTable, matcher, readFilters } from '../filters.ts';
import { findAll } from '../find-by-id.ts';
import { cutPage, readPage } from '../pages.ts';
import { readSelection } from '../select.ts';
import { Ec2Refusal } from '../wire/refusal.ts';
import { groupXml, ruleXml } from './rule-xml.ts';
import type { SecurityGroup, SecurityGroupRule } from './security-group.ts';

const GROUP_FILTERS: FilterTable<SecurityGroup> = {
  description: ({ description }) => description,
  'group-id': ({ id }) => id,
  'group-name': ({ name }) => name,
  'vpc-id': ({ vpcId }) => vpcId,
};

const RULE_FILTERS: FilterTable<SecurityGroupRule> = {
  'group-id': ({ groupId }) => groupId,
  'security-group-rule-id': ({ id }) => id,
};

export const describeSecurityGroups: Action = (form) => {
  if (form.list('GroupName').length > 0) {
    throw new Ec2Refusal('VPCIdNotSpecified', 'No default VPC for this user: use the filter group-name');
  }
  const select = readSelection<SecurityGroup>(form, {
    kind: 'group',
    idParameter: 'GroupId',
    filters: GROUP_FILTERS,
    store: (account) => account.groups,
  });
  return (account) => {
    const { items, rest } = select(account);
    return { securityGroupInfo: items.map((group) => groupXml(account, group)), ...rest };
  };
};

export const describeSecurityGroupRules: Action = (form) => {
  const ids = form.list('SecurityGroupRuleId');
  const filters = readFilters(form);
  const page = readPage(form);
  const matches = matcher(filters, RULE_FILTERS);
  return (account) => {
    const rules = [...groupsNamedBy(account, filters)]
      .filter((group) => account.isVisible(group))
      .flatMap((group) => group.rules);
    const named =
      ids.length === 0 ? rules : findAll('rule', ids, (id) => rules.find((rule) => rule.id === id));
    const { items, rest } = cutPage(named.filter(matches), page);
    return { securityGroupRuleSet: items.map((rule) => ruleXml(account, rule)), ...rest };
  };
};

/** Only the groups that a filter names, where one does: a lab's rules are found without walking through all. */
function groupsNamedBy(account: Account, filters: Filter[]): Iterable<SecurityGroup> {
  const byGroup = filters.find(({ name, values }) => name === 'group-id' && !/[*?\\]/.test(values.join('')));
  if (byGroup === undefined) return account.groups.all();
  return byGroup.values.map((id) => account.groups.get(id)).filter((group) => group !== undefined);
}
