import { ofType, type Resource, type Resources, textOf } from './synthesized.ts';

/** What is wrong with a template, in words; nothing where nothing is. */
export type Check = (resources: Resources) => string[];

const asList = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** A machine or interface that is paid for by the hour whether a lab runs or not. */
export const paidByTheHour: Check = (resources) =>
  Object.entries(resources).flatMap(([name, { Type, Properties }]) => {
    if (Type === 'AWS::EC2::NatGateway') return [`${name}: a NAT gateway`];
    if (Type === 'AWS::EC2::VPCEndpoint' && Properties.VpcEndpointType !== 'Gateway') {
      return [`${name}: an interface endpoint`];
    }
    return [];
  });

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

const LOOKS = /^(\w+):(Describe|Get|List)/;
const TAG_CONDITION = /^aws:(Request|Resource)Tag\/slipway:deployment$/;
/** A launch reads or makes them, and they carry no tag; the interfaces are checked on their own. */
const WITHOUT_TAG = /:(image|snapshot|spot-instances-request|network-interface)\/\*$/;
const INTERFACE_ACTION = /^ec2:(Create|Delete)NetworkInterface$|^ec2:(Una|A)ssignPrivateIpAddresses$/;

export function statementsOf(resources: Resources): { policy: string; statement: Statement }[] {
  return [...ofType(resources, 'AWS::IAM::Policy'), ...ofType(resources, 'AWS::IAM::Role')].flatMap(
    ([policy, { Properties }]) =>
      [Properties.PolicyDocument, ...asList(Properties.Policies).map((inline) => inline.PolicyDocument)]
        .filter((document) => document !== undefined)
        .flatMap((document) => document.Statement.map((statement: Statement) => ({ policy, statement }))),
  );
}

/** An action of EC2 that changes something, on anything of the account: only what has the deployment's tag. */
export const openMachines: Check = (resources) =>
  statementsOf(resources).flatMap(({ policy, statement }) => {
    if (statement.Effect !== 'Allow') return [];
    const changing = asList(statement.Action).filter(
      (action) => (action === '*' || action.startsWith('ec2:')) && !LOOKS.test(action),
    );
    const wide = asList(statement.Resource)
      .map(textOf)
      .filter((resource) => resource.endsWith('*'));
    const isTagged = Object.entries(statement.Condition ?? {}).some(
      ([operator, conditions]) =>
        operator === 'StringEquals' && Object.keys(conditions).some((key) => TAG_CONDITION.test(key)),
    );
    if (isTagged) return [];
    return changing.flatMap((action) =>
      wide
        .filter(
          (resource) =>
            !WITHOUT_TAG.test(resource) ||
            (resource.endsWith(':network-interface/*') && !INTERFACE_ACTION.test(action)),
        )
        .map((resource) => `${policy}: ${action} on ${resource} without the deployment's tag`),
    );
  });

/** What Lambda does with a role to place a function in a VPC, the function itself is refused. */
export const interfacesInReach: Check = (resources) =>
  [...new Set(statementsOf(resources).map(({ policy }) => policy))].flatMap((policy) => {
    const mine = statementsOf(resources).filter((one) => one.policy === policy);
    const of = (effect: string) =>
      new Set(
        mine
          .filter(({ statement }) => statement.Effect === effect)
          .flatMap(({ statement }) => asList(statement.Action))
          .filter((action) => INTERFACE_ACTION.test(action)),
      );
    const denied = of('Deny');
    return [...of('Allow')].filter((action) => !denied.has(action)).map((action) => `${policy}: ${action}`);
  });

/** Whoever may hand on a role may become it. */
export const roleHandedOn: Check = (resources) => [
  ...ofType(resources, 'AWS::IAM::InstanceProfile').map(([name]) => `${name}: an instance profile`),
  ...statementsOf(resources)
    .filter(({ statement }) => asList(statement.Action).some((action) => /^(\*|iam:)/.test(action)))
    .map(({ policy }) => `${policy}: an action of IAM`),
];

const OPEN = ['0.0.0.0/0', '::/0'];

/** Only a lab's own group lets someone in, and that is made by the driver. */
export const publicPorts: Check = (resources) =>
  [
    ...ofType(resources, 'AWS::EC2::SecurityGroup').flatMap(([name, { Properties }]) =>
      asList(Properties.SecurityGroupIngress).map((rule) => ({ name, rule })),
    ),
    ...ofType(resources, 'AWS::EC2::SecurityGroupIngress').map(([name, { Properties }]) => ({
      name,
      rule: Properties,
    })),
  ]
    .filter(({ rule }) => OPEN.includes(rule.CidrIp) || OPEN.includes(rule.CidrIpv6))
    .filter(({ rule }) => [22, 2376].some((port) => lets(rule, port)))
    .map(({ name }) => `${name}: 22 or 2376 from anywhere`);

function lets({ IpProtocol, FromPort, ToPort }: Resource['Properties'], port: number): boolean {
  return String(IpProtocol) === '-1' || (FromPort <= port && port <= ToPort);
}

/** A function in a VPC reaches AWS over IPv6 or not at all; aws-facts.md, "Network". */
export const functionsWithoutWay: Check = (resources) =>
  ofType(resources, 'AWS::Lambda::Function').flatMap(([name, { Properties }]) => {
    const { VpcConfig: vpc, Environment } = Properties;
    if (vpc === undefined) return [];
    const variables = Environment?.Variables ?? {};
    const groups = vpc.SecurityGroupIds.map(idOf).map((id: string) => resources[id]?.Properties);
    const letsOut = groups.some((group: Resource['Properties']) =>
      asList(group?.SecurityGroupEgress).some((rule) => rule.CidrIpv6 === '::/0'),
    );
    return [
      vpc.Ipv6AllowedForDualStack === true ? [] : ['no IPv6'],
      letsOut ? [] : ['its group lets no IPv6 out'],
      variables.AWS_USE_DUALSTACK_ENDPOINT === 'true' ? [] : ['asks AWS over IPv4'],
      variables.NODE_OPTIONS === '--dns-result-order=ipv6first' ? [] : ['tries IPv4 first'],
      vpc.SubnetIds.map(idOf)
        .filter((subnet: string) => !hasWayOut(resources, subnet))
        .map((subnet: string) => `${subnet} has no ::/0 route`),
    ]
      .flat()
      .map((reason) => `${name}: ${reason}`);
  });

function hasWayOut(resources: Resources, subnet: string): boolean {
  const tables = ofType(resources, 'AWS::EC2::SubnetRouteTableAssociation')
    .filter(([, { Properties }]) => idOf(Properties.SubnetId) === subnet)
    .map(([, { Properties }]) => idOf(Properties.RouteTableId));
  return ofType(resources, 'AWS::EC2::Route').some(
    ([, { Properties }]) =>
      tables.includes(idOf(Properties.RouteTableId)) &&
      Properties.DestinationIpv6CidrBlock === '::/0' &&
      Properties.EgressOnlyInternetGatewayId !== undefined,
  );
}

/** What nobody could do is put where an alarm sees it. */
export const lostWork: Check = (resources) => {
  const queues = ofType(resources, 'AWS::SQS::Queue');
  const taking = new Set(
    queues.flatMap(([, { Properties }]) => {
      const target = Properties?.RedrivePolicy?.deadLetterTargetArn;
      return target === undefined ? [] : [idOf(target)];
    }),
  );
  return [
    ...queues
      .filter(([name, { Properties }]) => !taking.has(name) && Properties?.RedrivePolicy === undefined)
      .map(([name]) => `${name}: a queue without a dead-letter queue`),
    ...ofType(resources, 'AWS::Lambda::Function')
      .filter(([, { Properties }]) => Properties.DeadLetterConfig?.TargetArn === undefined)
      .map(([name]) => `${name}: a function without a dead-letter queue`),
    ...ofType(resources, 'AWS::Events::Rule').flatMap(([name, { Properties }]) =>
      Properties.Targets.filter(
        (target: Resource['Properties']) => target.DeadLetterConfig === undefined,
      ).map(({ Id }: { Id: string }) => `${name}: target ${Id} without a dead-letter queue`),
    ),
  ];
};

/** Logs that stay for ever are paid for ever; and a group that Lambda makes by itself stays for ever. */
export const endlessLogs: Check = (resources) => [
  ...ofType(resources, 'AWS::Logs::LogGroup')
    .filter(([, { Properties }]) => !(Properties.RetentionInDays > 0))
    .map(([name]) => `${name}: no retention`),
  ...ofType(resources, 'AWS::Lambda::Function')
    .filter(
      ([, { Properties }]) =>
        resources[idOf(Properties.LoggingConfig?.LogGroup)]?.Type !== 'AWS::Logs::LogGroup',
    )
    .map(([name]) => `${name}: no log group of its own`),
];

/** Logical id of what a property refers to. */
export function idOf(value: Resource['Properties']): string {
  return value?.Ref ?? value?.['Fn::GetAtt']?.[0] ?? '';
}
