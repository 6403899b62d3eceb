import { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { LabNetwork } from './lab-network.ts';

const INTERFACE_ACTIONS = [
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * What the Lambda service does with a function's role to place it in a VPC; the function's own code is refused all of it.
 * docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
export function interfaceStatements(
  scope: Construct,
  { functions, functionGroup }: LabNetwork,
  functionArn: string,
): PolicyStatement[] {
  const arn = (resource: string, resourceName: string) =>
    Stack.of(scope).formatArn({ service: 'ec2', resource, resourceName });
  // Deleting works only where it may be any of them, says AWS: an interface's id is not known before.
  const interfaces = arn('network-interface', '*');
  return [
    new PolicyStatement({
      actions: ['ec2:CreateNetworkInterface'],
      resources: [
        interfaces,
        ...functions.map(({ subnetId }) => arn('subnet', subnetId)),
        arn('security-group', functionGroup.securityGroupId),
      ],
    }),
    new PolicyStatement({ actions: INTERFACE_ACTIONS, resources: [interfaces] }),
    new PolicyStatement({
      actions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
      resources: ['*'],
    }),
    new PolicyStatement({
      effect: Effect.DENY,
      actions: ['ec2:CreateNetworkInterface', ...INTERFACE_ACTIONS],
      resources: ['*'],
      conditions: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } },
    }),
  ];
}
