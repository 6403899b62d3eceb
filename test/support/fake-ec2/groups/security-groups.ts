import type { Account } from '../account.ts';
import type { Action } from '../action.ts';
import { findOne } from '../find-by-id.ts';
import { readTagSpecifications, tagSet } from '../tags.ts';
import type { Form } from '../wire/form.ts';
import { Ec2Refusal } from '../wire/refusal.ts';
import { readGroup } from './find-group.ts';
import { groupArn } from './rule-xml.ts';
import type { SecurityGroup } from './security-group.ts';

const WORDS = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/;

export const createSecurityGroup: Action = (form) => {
  const name = readWords(form, 'GroupName');
  const description = readWords(form, 'GroupDescription');
  if (name.startsWith('sg-')) {
    throw new Ec2Refusal('InvalidParameterValue', `Group names may not be in the format sg-*.`);
  }
  const vpcId = form.text('VpcId');
  if (vpcId === undefined) throw new Ec2Refusal('VPCIdNotSpecified', 'No default VPC for this user');
  const { 'security-group': tags = new Map() } = readTagSpecifications(form, ['security-group']);
  return (account) => {
    findOne('vpc', vpcId, (id) => (account.vpcs.includes(id) ? id : undefined));
    // Also while the lag hides the first: the name is taken from the start.
    for (const group of account.groups.all()) {
      if (group.name !== name || group.vpcId !== vpcId) continue;
      throw new Ec2Refusal(
        'InvalidGroup.Duplicate',
        `The security group '${name}' already exists for VPC '${vpcId}'`,
      );
    }
    if (account.groups.size >= account.quotas.securityGroups) {
      throw new Ec2Refusal(
        'SecurityGroupLimitExceeded',
        'The maximum number of security groups has been reached.',
      );
    }
    const group = account.addGroup(vpcId, name, description, tags, account.lag.groupsMs);
    return { groupId: group.id, tagSet: tagSet(tags), securityGroupArn: groupArn(account, group) };
  };
};

export const deleteSecurityGroup: Action = (form) => {
  const find = readGroup(form);
  return (account) => {
    const group = find(account);
    if (group.name === 'default') {
      throw new Ec2Refusal(
        'CannotDelete',
        `the specified group: "${group.id}" name: "default" cannot be deleted by a user`,
      );
    }
    if (group.usedBy.size > 0 || isNamedByAnother(account, group)) {
      throw new Ec2Refusal('DependencyViolation', `resource ${group.id} has a dependent object`);
    }
    account.groups.remove(group);
    return { return: true, groupId: group.id };
  };
};

function isNamedByAnother(account: Account, group: SecurityGroup): boolean {
  for (const other of account.groups.all()) {
    if (other !== group && other.rules.some(({ peer }) => peer.groupId === group.id)) return true;
  }
  return false;
}

function readWords(form: Form, name: string): string {
  const value = form.required(name);
  if (!WORDS.test(value)) {
    throw new Ec2Refusal(
      'InvalidParameterValue',
      `Value (${value}) for parameter ${name} is invalid. Character sets beyond ASCII are not supported.`,
    );
  }
  return value;
}
