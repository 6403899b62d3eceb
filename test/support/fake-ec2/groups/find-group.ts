import type { Account } from '../account.ts';
import { findOne, visibleIn } from '../find-by-id.ts';
import type { Form } from '../wire/form.ts';
import { Ec2Refusal } from '../wire/refusal.ts';
import type { SecurityGroup } from './security-group.ts';

/** `GroupId`; outside a default VPC a group cannot be named by its name. */
export function readGroup(form: Form): (account: Account) => SecurityGroup {
  const id = form.text('GroupId');
  if (id === undefined) {
    if (form.text('GroupName') !== undefined) {
      throw new Ec2Refusal('VPCIdNotSpecified', 'No default VPC for this user');
    }
    throw new Ec2Refusal('MissingParameter', 'The request must contain the parameter groupName or groupId');
  }
  return (account) => findOne('group', id, visibleIn(account, account.groups));
}
