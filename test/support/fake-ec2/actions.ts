import type { Action } from './action.ts';
import { describeImages } from './catalogue/describe-images.ts';
import { describeInstanceTypeOfferings, describeInstanceTypes } from './catalogue/describe-instance-types.ts';
import {
  describeAccountAttributes,
  describeAvailabilityZones,
  describeSubnets,
  describeVpcs,
} from './catalogue/describe-network.ts';
import { authorize, revoke } from './groups/change-rules.ts';
import { describeSecurityGroupRules, describeSecurityGroups } from './groups/describe-groups.ts';
import { createSecurityGroup, deleteSecurityGroup } from './groups/security-groups.ts';
import {
  describeInstanceCreditSpecifications,
  modifyInstanceCreditSpecification,
} from './instances/credits.ts';
import { describeInstanceStatus, describeInstances } from './instances/describe-instances.ts';
import { describeNetworkInterfaces } from './instances/describe-interfaces.ts';
import { describeVolumes } from './instances/describe-volumes.ts';
import { describeInstanceAttribute } from './instances/instance-attribute.ts';
import { rebootInstances, startInstances, stopInstances, terminateInstances } from './instances/power.ts';
import { digestOf } from './instances/read-launch.ts';
import { runInstances } from './instances/run-instances.ts';
import { createTags, deleteTags, describeTags } from './tagging.ts';

/** Every action the fake knows. A launch is told by all its parameters, for its client token. */
const ACTIONS: Record<string, (parameters: Record<string, string>) => Action> = {
  RunInstances: (parameters) => runInstances(digestOf(parameters)),
  StartInstances: () => startInstances,
  StopInstances: () => stopInstances,
  RebootInstances: () => rebootInstances,
  TerminateInstances: () => terminateInstances,
  DescribeInstances: () => describeInstances,
  DescribeInstanceStatus: () => describeInstanceStatus,
  DescribeInstanceAttribute: () => describeInstanceAttribute,
  ModifyInstanceCreditSpecification: () => modifyInstanceCreditSpecification,
  DescribeInstanceCreditSpecifications: () => describeInstanceCreditSpecifications,
  DescribeVolumes: () => describeVolumes,
  DescribeNetworkInterfaces: () => describeNetworkInterfaces,
  CreateTags: () => createTags,
  DeleteTags: () => deleteTags,
  DescribeTags: () => describeTags,
  CreateSecurityGroup: () => createSecurityGroup,
  DeleteSecurityGroup: () => deleteSecurityGroup,
  DescribeSecurityGroups: () => describeSecurityGroups,
  DescribeSecurityGroupRules: () => describeSecurityGroupRules,
  AuthorizeSecurityGroupIngress: () => authorize(false),
  AuthorizeSecurityGroupEgress: () => authorize(true),
  RevokeSecurityGroupIngress: () => revoke(false),
  RevokeSecurityGroupEgress: () => revoke(true),
  DescribeSubnets: () => describeSubnets,
  DescribeVpcs: () => describeVpcs,
  DescribeAvailabilityZones: () => describeAvailabilityZones,
  DescribeAccountAttributes: () => describeAccountAttributes,
  DescribeImages: () => describeImages,
  DescribeInstanceTypes: () => describeInstanceTypes,
  DescribeInstanceTypeOfferings: () => describeInstanceTypeOfferings,
};

export const ACTION_NAMES: readonly string[] = Object.keys(ACTIONS);

export function actionOf(name: string, parameters: Record<string, string>): Action | undefined {
  return Object.hasOwn(ACTIONS, name) ? ACTIONS[name]?.(parameters) : undefined;
}
