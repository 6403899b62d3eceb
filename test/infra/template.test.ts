import { describe, expect, test } from 'vitest';
import {
  type Check,
  endlessLogs,
  functionsWithoutWay,
  idOf,
  interfacesInReach,
  lostWork,
  openMachines,
  paidByTheHour,
  publicPorts,
  roleHandedOn,
} from './breaches.ts';
import { ofType, type Resource, type Resources, resourcesOf, synthesize } from './synthesized.ts';

const resources = resourcesOf(synthesize());

/** The template with one thing in it changed. */
function broken(change: Change): Resources {
  const copy = structuredClone(resources);
  change(copy);
  return copy;
}

type Change = (copy: Resources) => void;
type Properties = Resource['Properties'];

function each(type: string, change: (properties: Properties) => void): Change {
  return (copy) => {
    for (const [, { Properties }] of ofType(copy, type)) change(Properties);
  };
}

const set = (type: string, values: Record<string, unknown>) => each(type, (it) => Object.assign(it, values));

/** @param path of what is taken away; what has not even what holds it is left as it is. */
const drop = (type: string, ...path: [string, ...string[]]) =>
  each(type, (it) => {
    const last = path.at(-1) ?? '';
    const holder = path.slice(0, -1).reduce((at, name) => at?.[name], it);
    if (holder !== undefined) delete holder[last];
  });

const add =
  (name: string, type: string): Change =>
  (copy) =>
    Object.assign(copy, { [name]: { Type: type, Properties: {} } });

const statements = (change: (statement: Properties) => void) =>
  each('AWS::IAM::Policy', ({ PolicyDocument }) => PolicyDocument.Statement.forEach(change));

const inGroup = (rule: Record<string, unknown>) =>
  set('AWS::EC2::SecurityGroup', { SecurityGroupIngress: [rule] });

const CHECKS: [says: string, check: Check, breaks: [how: string, change: Change][]][] = [
  [
    'has nothing that is paid by the hour',
    paidByTheHour,
    [
      ['a NAT gateway', add('Nat', 'AWS::EC2::NatGateway')],
      ['an interface endpoint', set('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface' })],
      ['an endpoint of no kind', drop('AWS::EC2::VPCEndpoint', 'VpcEndpointType')],
    ],
  ],
  [
    'changes no machine, group or tag of the account but those with its own tag',
    openMachines,
    [
      ['no conditions', statements((it) => delete it.Condition)],
      [
        'a condition on something else',
        statements((it) => {
          it.Condition = { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } };
        }),
      ],
      [
        'one more action on everything',
        statements((it) => {
          const actions = [it.Action].flat();
          if (actions.includes('ec2:DescribeInstances')) it.Action = [...actions, 'ec2:CreateRoute'];
        }),
      ],
    ],
  ],
  [
    'refuses its functions the interfaces that Lambda makes for them',
    interfacesInReach,
    [
      [
        'no refusal',
        statements((it) => {
          it.Effect = 'Allow';
        }),
      ],
    ],
  ],
  [
    'gives no machine credentials and hands on no role',
    roleHandedOn,
    [
      ['a profile', add('Profile', 'AWS::IAM::InstanceProfile')],
      [
        'a role handed on',
        statements((it) => {
          it.Action = ['iam:PassRole'];
        }),
      ],
    ],
  ],
  [
    'opens neither 22 nor 2376 to the world',
    publicPorts,
    [
      ['2376', inGroup({ IpProtocol: 'tcp', FromPort: 2376, ToPort: 2376, CidrIp: '0.0.0.0/0' })],
      ['22 among others', inGroup({ IpProtocol: 'tcp', FromPort: 1, ToPort: 80, CidrIpv6: '::/0' })],
      ['everything', inGroup({ IpProtocol: '-1', CidrIp: '0.0.0.0/0' })],
    ],
  ],
  [
    'has a way to AWS for each function in the VPC',
    functionsWithoutWay,
    [
      [
        'the egress that CDK gives by itself',
        set('AWS::EC2::SecurityGroup', { SecurityGroupEgress: [{ CidrIp: '0.0.0.0/0', IpProtocol: '-1' }] }),
      ],
      ['no IPv6', drop('AWS::Lambda::Function', 'VpcConfig', 'Ipv6AllowedForDualStack')],
      ['no route', drop('AWS::EC2::Route', 'EgressOnlyInternetGatewayId')],
      [
        'IPv4 endpoints',
        drop('AWS::Lambda::Function', 'Environment', 'Variables', 'AWS_USE_DUALSTACK_ENDPOINT'),
      ],
    ],
  ],
  [
    'puts aside what nobody could do, of queues, functions and rules',
    lostWork,
    [
      ['a queue', drop('AWS::SQS::Queue', 'RedrivePolicy')],
      ['a function', drop('AWS::Lambda::Function', 'DeadLetterConfig')],
      ['a rule', drop('AWS::Events::Rule', 'Targets', '0', 'DeadLetterConfig')],
    ],
  ],
  [
    'keeps no log for ever',
    endlessLogs,
    [
      ['no retention', drop('AWS::Logs::LogGroup', 'RetentionInDays')],
      ['a group by Lambda', drop('AWS::Lambda::Function', 'LoggingConfig')],
    ],
  ],
];

describe.each(CHECKS)('the template %s', (_, check, breaks) => {
  test('as it is', () => {
    expect(check(resources)).toEqual([]);
  });
  test('whatever is set', () => {
    const set = { spot: 'true', dashboard: 'true', zones: 2, region: 'eu-west-1', alarmEmail: 'a@b.example' };
    expect(check(resourcesOf(synthesize(set)))).toEqual([]);
  });
  test.each(breaks)('and not one with %s', (__, change) => {
    expect(check(broken(change)).length).toBeGreaterThan(0);
  });
});

describe('the network', () => {
  const tagOf = ({ Properties }: Resource) =>
    Properties.Tags.find(({ Key }: { Key: string }) => Key === 'aws-cdk:subnet-name')?.Value;
  const subnets = ofType(resources, 'AWS::EC2::Subnet').map(([, subnet]) => subnet);
  const hosts = subnets.filter((subnet) => tagOf(subnet) === 'hosts');

  test('has room in each zone for a thousand labs of three', () => {
    expect(hosts).toHaveLength(3);
    for (const { Properties } of hosts) {
      const [, bits] = Properties.CidrBlock.split('/');
      expect(2 ** (32 - Number(bits)) - 5).toBeGreaterThan(3000);
    }
  });

  test('gives a host an IPv4 address by its launch alone, and no IPv6, which no rule of a lab is for', () => {
    for (const { Properties } of hosts) {
      expect(Properties).toMatchObject({ MapPublicIpOnLaunch: false, AssignIpv6AddressOnCreation: false });
    }
  });

  test('stays out of the ranges that swarms and Docker take', () => {
    const [vpc] = ofType(resources, 'AWS::EC2::VPC');
    expect(vpc?.[1].Properties.CidrBlock).not.toMatch(/^(10\.([0-9]|[1-9][0-9])\.|172\.|192\.168\.)/);
  });

  test('reaches DynamoDB from the functions’ subnets by a gateway endpoint', () => {
    const [endpoint] = ofType(resources, 'AWS::EC2::VPCEndpoint');
    expect(JSON.stringify(endpoint?.[1].Properties.ServiceName)).toContain('dynamodb');
    expect(endpoint?.[1].Properties.RouteTableIds).toHaveLength(3);
  });
});

describe('what wakes labs', () => {
  test('is worked off one at a time, with six times its time, and only so many at once', () => {
    const [mapping] = ofType(resources, 'AWS::Lambda::EventSourceMapping');
    expect(mapping?.[1].Properties).toMatchObject({
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 50 },
    });
    const queue = resources[idOf(mapping?.[1].Properties.EventSourceArn)];
    const worker = resources[idOf(mapping?.[1].Properties.FunctionName)];
    expect(queue?.Properties.VisibilityTimeout).toBe(6 * worker?.Properties.Timeout);
  });

  test('is the id of an instance that changed or is about to go, as the function reads it', () => {
    const rules = ofType(resources, 'AWS::Events::Rule').map(([, { Properties }]) => Properties);
    const byEvent = rules.filter(({ EventPattern }) => EventPattern !== undefined);
    expect(byEvent.map(({ EventPattern }) => EventPattern['detail-type'][0]).sort()).toEqual([
      'EC2 Instance State-change Notification',
      'EC2 Spot Instance Interruption Warning',
    ]);
    for (const { Targets } of byEvent) {
      expect(Targets[0].InputTransformer).toEqual({
        InputPathsMap: { 'detail-instance-id': '$.detail.instance-id' },
        InputTemplate: '{"instanceId":<detail-instance-id>}',
      });
    }
  });

  test('comes by the minute, and once a day to each function in the VPC', () => {
    const scheduled = ofType(resources, 'AWS::Events::Rule').map(([, { Properties }]) => Properties);
    const minute = scheduled.find(({ ScheduleExpression }) => ScheduleExpression === 'rate(1 minute)');
    expect(minute?.Targets).toHaveLength(1);
    const day = scheduled.find(({ ScheduleExpression }) => ScheduleExpression === 'rate(1 day)');
    const inVpc = ofType(resources, 'AWS::Lambda::Function').filter(([, it]) => it.Properties.VpcConfig);
    expect(day?.Targets.map(({ Arn }: { Arn: unknown }) => idOf(Arn)).sort()).toEqual(
      inVpc.map(([name]) => name).sort(),
    );
    for (const { Input } of day?.Targets ?? []) expect(JSON.parse(Input)).toEqual({ task: 'heartbeat' });
  });
});

describe('the API', () => {
  test('is called over IPv4, which a lab’s rules are made for, and is throttled as a whole', () => {
    const [api] = ofType(resources, 'AWS::ApiGatewayV2::Api');
    expect(api?.[1].Properties).toMatchObject({ ProtocolType: 'HTTP', IpAddressType: 'ipv4' });
    const [route] = ofType(resources, 'AWS::ApiGatewayV2::Route');
    expect(route?.[1].Properties.RouteKey).toBe('$default');
    const [stage] = ofType(resources, 'AWS::ApiGatewayV2::Stage');
    expect(stage?.[1].Properties).toMatchObject({ StageName: '$default', AutoDeploy: true });
    expect(stage?.[1].Properties.DefaultRouteSettings.ThrottlingRateLimit).toBeGreaterThan(0);
  });

  test('writes no header and no query into its access log', () => {
    const [stage] = ofType(resources, 'AWS::ApiGatewayV2::Stage');
    const format = JSON.parse(stage?.[1].Properties.AccessLogSettings.Format);
    expect(
      Object.values(format).filter((value) => /header|query|authorizer|token/i.test(String(value))),
    ).toEqual([]);
    expect(format.path).toBe('$context.path');
  });
});

describe('alarms', () => {
  test('are each told to the one topic, which lets CloudWatch and Budgets of this account publish', () => {
    const [topic] = ofType(resources, 'AWS::SNS::Topic');
    const alarms = ofType(resources, 'AWS::CloudWatch::Alarm');
    expect(alarms).toHaveLength(5);
    for (const [, { Properties }] of alarms) {
      expect(Properties.AlarmActions.map(idOf)).toEqual([topic?.[0]]);
    }
    const [budget] = ofType(resources, 'AWS::Budgets::Budget');
    const subscribers = budget?.[1].Properties.NotificationsWithSubscribers.flatMap(
      (one: { Subscribers: { Address: unknown }[] }) => one.Subscribers.map(({ Address }) => idOf(Address)),
    );
    expect(new Set(subscribers)).toEqual(new Set([topic?.[0]]));
    const [policy] = ofType(resources, 'AWS::SNS::TopicPolicy');
    const allowed = policy?.[1].Properties.PolicyDocument.Statement.find(
      ({ Effect }: { Effect: string }) => Effect === 'Allow',
    );
    expect(allowed.Principal.Service).toEqual(['cloudwatch.amazonaws.com', 'budgets.amazonaws.com']);
    expect(allowed.Condition).toEqual({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
  });

  test('are mailed where an address is set, and nowhere else', () => {
    expect(ofType(resources, 'AWS::SNS::Subscription')).toHaveLength(0);
    const mailed = resourcesOf(synthesize({ alarmEmail: 'operator@example.org' }));
    expect(ofType(mailed, 'AWS::SNS::Subscription')).toHaveLength(1);
  });
});

describe('what is told an operator', () => {
  const outputs = synthesize({ deployment: 'spring' }).toJSON().Outputs as Record<string, { Value: unknown }>;

  test('is where the API, the queues, the records, the alarms and the logs are', () => {
    expect(Object.keys(outputs)).toEqual(
      expect.arrayContaining([
        'ApiUrl',
        'QueueUrl',
        'DeadLettersUrl',
        'TableName',
        'AlarmTopicArn',
        'TickLog',
      ]),
    );
  });

  test('is the name of the parameter that holds the key, which no resource of the stack makes', () => {
    expect(outputs.OperatorKeyParameter?.Value).toBe('/slipway/spring/operator-key');
    expect(ofType(resources, 'AWS::SSM::Parameter')).toHaveLength(0);
  });
});

test('records and the key of their secrets outlive the stack, deleted or replaced', () => {
  for (const type of ['AWS::DynamoDB::GlobalTable', 'AWS::KMS::Key']) {
    const [one] = ofType(resources, type);
    expect(one?.[1]).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  }
});
