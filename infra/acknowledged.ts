import { type Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A finding of cdk-nag that stays, where, and why. */
export interface Acknowledgement {
  /** The rule, with its finding in brackets where it has several; `<region>` is the stack's. */
  id: string;
  /** Of the construct below the stack that it is found in. */
  path: string;
  reason: string;
}

const API = 'Api/Handler/Role';
const RECONCILE = 'Control/Reconcile/Role';

const anyOf = (type: string, account = '<AWS::AccountId>') =>
  `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ec2:<region>:${account}:${type}/*]`;

const PLACED_BY_LAMBDA =
  'The Lambda service makes and removes the interfaces by which the function is in the VPC, whose ids nobody knows before; the function itself is refused them by lambda:SourceFunctionArn.';
const TAGGED =
  "Ids are not known before, so any: but only with the deployment's tag, which the condition asks for at launch and ever after.";

export const ACKNOWLEDGED: readonly Acknowledgement[] = [
  {
    id: 'AwsSolutions-VPC7',
    path: 'Network/Vpc',
    reason:
      "Flow logs of students' machines cost more than all the rest at rest, and tell of people what nobody here needs; an operator who must have them adds them to the VPC.",
  },
  {
    id: 'AwsSolutions-APIG4',
    path: 'Api/Http',
    reason:
      'The function checks tokens itself: health and the documents are open, a host enrols by the token of its machine, and the roles are Slipway’s own.',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::*]',
    path: API,
    reason:
      'Looking up interfaces and subnets takes no narrower resource; the other statement with it refuses.',
  },
  { id: anyOf('network-interface'), path: API, reason: PLACED_BY_LAMBDA },
  {
    id: 'AwsSolutions-IAM5[Resource::*]',
    path: RECONCILE,
    reason:
      'EC2’s Describe calls take no narrower resource and change nothing; the other statement with it refuses.',
  },
  {
    id: anyOf('network-interface'),
    path: RECONCILE,
    reason: `${PLACED_BY_LAMBDA} Those of labs: ${TAGGED}`,
  },
  { id: anyOf('instance'), path: RECONCILE, reason: TAGGED },
  { id: anyOf('volume'), path: RECONCILE, reason: TAGGED },
  { id: anyOf('security-group'), path: RECONCILE, reason: TAGGED },
  {
    id: anyOf('image', ''),
    path: RECONCILE,
    reason: 'Which image a lab is made of is a setting that changes; an image is only read by a launch.',
  },
  {
    id: anyOf('snapshot', ''),
    path: RECONCILE,
    reason: 'What an image’s disks are made of; it is only read by a launch.',
  },
  {
    id: anyOf('spot-instances-request'),
    path: RECONCILE,
    reason: 'A launch of spot machines makes one, which carries no tag; what it makes is tagged.',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::*]',
    path: 'Control/Tick/Role',
    reason: 'Reading a quota takes no resource, and changes nothing.',
  },
];

export function acknowledgeFindings(stack: Stack): void {
  for (const { id, path, reason } of ACKNOWLEDGED) {
    const construct = path
      .split('/')
      .reduce((parent: IConstruct, name) => parent.node.findChild(name), stack);
    Validations.of(construct).acknowledge({ id: id.replace('<region>', stack.region), reason });
  }
}
