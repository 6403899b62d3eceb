import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  type EC2Client,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { codeOf, driverRefusal } from './ec2-errors.ts';
import { type GroupRule, ipPermission, type RuleChange, ruleChange } from './group-rules.ts';
import { PAGE_SIZE, readPages } from './pages.ts';

/** Someone else may change the same group between our look and our call. */
const TRIES = 3;
const SOON = { afterSeconds: 2 };
/** One rule too many, or one too few, fails the whole call. */
const CHANGED_SINCE = new Set([
  'InvalidPermission.Duplicate',
  'InvalidPermission.NotFound',
  'InvalidSecurityGroupRuleId.NotFound',
]);

/**
 * Gives a group these rules, by calls for the difference alone.
 * @param known its rules as just read, which spares the first look. `isNew`: made so lately that a list may lag.
 * @returns its rules as they are now.
 */
export async function changeRules(
  ec2: EC2Client,
  groupId: string,
  {
    wanted,
    keepsIn,
    known,
    isNew = false,
  }: { wanted: GroupRule[]; keepsIn: boolean; known?: SecurityGroupRule[]; isNew?: boolean },
): Promise<SecurityGroupRule[]> {
  let there = known;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    there ??= await describeRules(ec2, groupId);
    // EC2 itself gives a new group its first rule, which must not stay: it is only not told of yet.
    if (there.length === 0 && isNew) throw driverRefusal('busy', `EC2 does not tell yet of ${groupId}`, SOON);
    const change = ruleChange(wanted, there, { id: groupId, keepsIn });
    try {
      return await apply(ec2, groupId, there, change);
    } catch (error) {
      if (!CHANGED_SINCE.has(codeOf(error))) throw error;
      there = undefined;
    }
  }
  throw driverRefusal('busy', `someone else is changing the security group ${groupId}`, SOON);
}

/** What is to be closed to the outside is closed first. */
async function apply(
  ec2: EC2Client,
  groupId: string,
  there: SecurityGroupRule[],
  { add, revoke }: RuleChange,
): Promise<SecurityGroupRule[]> {
  const added: SecurityGroupRule[] = [];
  const group = (direction: GroupRule['direction']) => ({
    GroupId: groupId,
    IpPermissions: add
      .filter((rule) => rule.direction === direction)
      .map((rule) => ipPermission(rule, groupId)),
  });
  if (revoke.in.length > 0) {
    await ec2.send(
      new RevokeSecurityGroupIngressCommand({ GroupId: groupId, SecurityGroupRuleIds: revoke.in }),
    );
  }
  const inbound = group('in');
  if (inbound.IpPermissions.length > 0) {
    const { SecurityGroupRules } = await ec2.send(new AuthorizeSecurityGroupIngressCommand(inbound));
    added.push(...(SecurityGroupRules ?? []));
  }
  const outbound = group('out');
  if (outbound.IpPermissions.length > 0) {
    const { SecurityGroupRules } = await ec2.send(new AuthorizeSecurityGroupEgressCommand(outbound));
    added.push(...(SecurityGroupRules ?? []));
  }
  // Last, so that the group is never without a rule, whenever we die.
  if (revoke.out.length > 0) {
    await ec2.send(
      new RevokeSecurityGroupEgressCommand({ GroupId: groupId, SecurityGroupRuleIds: revoke.out }),
    );
  }
  const gone = new Set([...revoke.in, ...revoke.out]);
  return [...there.filter(({ SecurityGroupRuleId = '' }) => !gone.has(SecurityGroupRuleId)), ...added];
}

async function describeRules(ec2: EC2Client, groupId: string): Promise<SecurityGroupRule[]> {
  return await readPages(async (token) => {
    const answer = await ec2.send(
      new DescribeSecurityGroupRulesCommand({
        Filters: [{ Name: 'group-id', Values: [groupId] }],
        MaxResults: PAGE_SIZE,
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
    return { items: answer.SecurityGroupRules, next: answer.NextToken };
  });
}
