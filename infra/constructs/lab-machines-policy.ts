import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { LabNetwork } from './lab-network.ts';

/** shared/adapters/aws/ec2/tags.ts puts it on all that it makes. */
export const DEPLOYMENT_TAG = 'slipway:deployment';

/** Looking changes nothing, and takes no narrower resource. */
const LOOKS = [
  'ec2:DescribeInstances',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSecurityGroupRules',
  'ec2:DescribeImages',
];

/** Makes labs' machines and security groups under the deployment's tag, and touches none without it. */
export function labMachinesStatements(
  scope: Construct,
  network: LabNetwork,
  deployment: string,
): PolicyStatement[] {
  const arn = (resource: string, resourceName = '*') =>
    Stack.of(scope).formatArn({ service: 'ec2', resource, resourceName });
  // Images and the snapshots in them are no account's.
  const shared = (resource: string) =>
    Stack.of(scope).formatArn({ service: 'ec2', account: '', resource, resourceName: '*' });
  const tagged = { StringEquals: { [`aws:RequestTag/${DEPLOYMENT_TAG}`]: deployment } };
  const ours = { StringEquals: { [`aws:ResourceTag/${DEPLOYMENT_TAG}`]: deployment } };
  const made = [arn('instance'), arn('volume'), arn('network-interface')];
  return [
    new PolicyStatement({ actions: LOOKS, resources: ['*'] }),
    new PolicyStatement({ actions: ['ec2:RunInstances'], resources: made, conditions: tagged }),
    new PolicyStatement({
      actions: ['ec2:RunInstances'],
      resources: [arn('security-group')],
      conditions: ours,
    }),
    new PolicyStatement({
      actions: ['ec2:RunInstances'],
      resources: [
        ...network.hosts.map(({ subnetId }) => arn('subnet', subnetId)),
        shared('image'),
        shared('snapshot'),
        arn('spot-instances-request'),
      ],
    }),
    new PolicyStatement({
      actions: [
        'ec2:TerminateInstances',
        'ec2:StartInstances',
        'ec2:StopInstances',
        'ec2:RebootInstances',
        'ec2:ModifyInstanceCreditSpecification',
      ],
      resources: [arn('instance')],
      conditions: ours,
    }),
    new PolicyStatement({
      actions: ['ec2:CreateSecurityGroup'],
      resources: [arn('security-group')],
      conditions: tagged,
    }),
    new PolicyStatement({
      actions: ['ec2:CreateSecurityGroup'],
      resources: [arn('vpc', network.vpc.vpcId)],
    }),
    new PolicyStatement({
      actions: [
        'ec2:DeleteSecurityGroup',
        'ec2:AuthorizeSecurityGroupIngress',
        'ec2:AuthorizeSecurityGroupEgress',
        'ec2:RevokeSecurityGroupIngress',
        'ec2:RevokeSecurityGroupEgress',
      ],
      resources: [arn('security-group')],
      conditions: ours,
    }),
    // Only together with what makes them: no machine of anybody can be tagged into ours later.
    new PolicyStatement({
      actions: ['ec2:CreateTags'],
      resources: [...made, arn('security-group')],
      conditions: {
        StringEquals: {
          ...tagged.StringEquals,
          'ec2:CreateAction': ['RunInstances', 'CreateSecurityGroup'],
        },
      },
    }),
  ];
}
