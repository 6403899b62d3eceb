import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import type { FakeEc2Options } from '../../../support/fake-ec2/options.ts';
import { openDesk, outcome, SECONDS, tagged, VPC } from './ec2-desk.ts';

function tcp(port: number, ...cidrs: string[]): IpPermission {
  return { IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: cidrs.map((CidrIp) => ({ CidrIp })) };
}

async function openGroup(options: FakeEc2Options = {}) {
  const desk = await openDesk(options);
  const { ec2 } = desk;
  const create = async (GroupName: string) => {
    const { GroupId = '' } = await ec2.send(
      new CreateSecurityGroupCommand({
        GroupName,
        Description: 'a lab',
        VpcId: VPC,
        TagSpecifications: [tagged('security-group', { lab: GroupName })],
      }),
    );
    return GroupId;
  };
  const GroupId = await create('lab-1');
  return {
    ...desk,
    GroupId,
    create,
    allow: (...IpPermissions: IpPermission[]) =>
      ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions })),
    remove: (id = GroupId) => ec2.send(new DeleteSecurityGroupCommand({ GroupId: id })),
    rules: async () => {
      const { SecurityGroupRules = [] } = await ec2.send(
        new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [GroupId] }] }),
      );
      return SecurityGroupRules;
    },
  };
}

describe('a security group', () => {
  test('is found by its tags, with the one rule that lets everything out', async () => {
    const { ec2, GroupId } = await openGroup();
    const { SecurityGroups } = await ec2.send(
      new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'tag:lab', Values: ['lab-1'] }] }),
    );
    expect(SecurityGroups).toEqual([
      {
        GroupId,
        GroupName: 'lab-1',
        Description: 'a lab',
        VpcId: VPC,
        OwnerId: '123456789012',
        SecurityGroupArn: `arn:aws:ec2:us-east-1:123456789012:security-group/${GroupId}`,
        IpPermissions: [],
        IpPermissionsEgress: [
          {
            IpProtocol: '-1',
            IpRanges: [{ CidrIp: '0.0.0.0/0' }],
            Ipv6Ranges: [],
            PrefixListIds: [],
            UserIdGroupPairs: [],
          },
        ],
        Tags: [{ Key: 'lab', Value: 'lab-1' }],
      },
    ]);
  });

  test('has a name that its VPC has not, even while it cannot be seen yet', async () => {
    const { create, remove } = await openGroup({ lag: { groupsMs: 5000 } });
    expect(await outcome(create('lab-1'))).toBe('InvalidGroup.Duplicate 400');
    expect(await outcome(create('sg-lab'))).toBe('InvalidParameterValue 400');
    expect(await outcome(remove())).toBe('InvalidGroup.NotFound 400');
  });

  test('is unknown to everybody for as long as the lag is told to last', async () => {
    const { ec2, GroupId, allow, run, rules, clock } = await openGroup({ lag: { groupsMs: 5000 } });
    const byId = () => ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
    const byTag = new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'tag:lab', Values: ['lab-1'] }] });
    expect(await outcome(byId())).toBe('InvalidGroup.NotFound 400');
    expect(await outcome(allow(tcp(22, '10.0.0.0/8')))).toBe('InvalidGroup.NotFound 400');
    expect(await outcome(run({ SecurityGroupIds: [GroupId] }))).toBe('InvalidGroup.NotFound 400');
    expect((await ec2.send(byTag)).SecurityGroups).toEqual([]);
    expect(await rules()).toEqual([]);
    clock.advance(5);
    expect(await outcome(byId())).toBe('done');
    expect(await outcome(allow(tcp(22, '10.0.0.0/8')))).toBe('done');
    expect(await outcome(run({ SecurityGroupIds: [GroupId] }))).toBe('done');
  });

  test('is not deleted before the last instance in it is terminated: shutting down is not enough', async () => {
    const { runIds, ec2, GroupId, remove, clock, fake } = await openGroup();
    const InstanceIds = await runIds({ SecurityGroupIds: [GroupId] });
    expect(await outcome(remove())).toBe('DependencyViolation 400');
    await ec2.send(new TerminateInstancesCommand({ InstanceIds }));
    expect(await outcome(remove())).toBe('DependencyViolation 400');
    clock.advance(SECONDS.toEnd);
    expect(await outcome(remove())).toBe('done');
    expect(await outcome(remove())).toBe('InvalidGroup.NotFound 400');
    expect(fake.isEmpty({ lab: 'lab-1' })).toBe(true);
  });

  test('is not deleted while a rule of another names it', async () => {
    const { ec2, GroupId, create, remove } = await openGroup();
    const other = await create('lab-2');
    const permission = { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] };
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: other, IpPermissions: [permission] }));
    expect(await outcome(remove())).toBe('DependencyViolation 400');
    await remove(other);
    expect(await outcome(remove())).toBe('done');
  });

  test('is one too many above the quota of the Region, the default group counted', async () => {
    const { create } = await openGroup({ quotas: { securityGroups: 3 } });
    expect(await outcome(create('lab-2'))).toBe('done');
    expect(await outcome(create('lab-3'))).toBe('SecurityGroupLimitExceeded 400');
  });

  test('outside a default VPC goes by its id, never by its name alone', async () => {
    const { ec2 } = await openGroup();
    expect(await outcome(ec2.send(new DeleteSecurityGroupCommand({ GroupName: 'lab-1' })))).toBe(
      'VPCIdNotSpecified 400',
    );
    expect(await outcome(ec2.send(new DescribeSecurityGroupsCommand({ GroupNames: ['lab-1'] })))).toBe(
      'VPCIdNotSpecified 400',
    );
    expect(await outcome(ec2.send(new DeleteSecurityGroupCommand({})))).toBe('MissingParameter 400');
  });

  test('the default one cannot be deleted', async () => {
    const { fake, remove } = await openGroup();
    const standard = fake.groups().find(({ name }) => name === 'default');
    expect(await outcome(remove(standard?.id))).toBe('CannotDelete 400');
  });
});

describe('rules', () => {
  test('each peer is a rule of its own, and ranges lose their host bits', async () => {
    const { allow, rules, GroupId } = await openGroup();
    const { SecurityGroupRules } = await allow(
      {
        ...tcp(22, '203.0.113.9/24', '198.51.100.7/32'),
        Ipv6Ranges: [{ CidrIpv6: '2001:DB8:0::1/32', Description: 'home' }],
      },
      { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] },
    );
    const told = (await rules()).filter(({ IsEgress }) => IsEgress === false);
    expect(told).toEqual(SecurityGroupRules);
    expect(
      told.map(({ IpProtocol, FromPort, ToPort, CidrIpv4, CidrIpv6, ReferencedGroupInfo }) => [
        IpProtocol,
        FromPort,
        ToPort,
        CidrIpv4 ?? CidrIpv6 ?? ReferencedGroupInfo?.GroupId,
      ]),
    ).toEqual([
      ['tcp', 22, 22, '203.0.113.0/24'],
      ['tcp', 22, 22, '198.51.100.7/32'],
      ['tcp', 22, 22, '2001:db8::/32'],
      ['-1', -1, -1, GroupId],
    ]);
  });

  test('one that is there already fails the whole request, whatever it is called', async () => {
    const { allow, rules } = await openGroup();
    await allow(tcp(2376, '10.0.0.0/8'));
    const again = {
      ...tcp(2376),
      IpRanges: [{ CidrIp: '192.0.2.1/32' }, { CidrIp: '10.1.2.3/8', Description: 'other' }],
    };
    expect(await outcome(allow(again))).toBe('InvalidPermission.Duplicate 400');
    expect(await rules()).toHaveLength(2);
    expect(await outcome(allow(tcp(1, '10.0.0.0/8', '10.0.0.0/8')))).toBe('InvalidParameterValue 400');
  });

  test('go by what they are or by their ids, and one that is not there fails the whole request', async () => {
    const { ec2, GroupId, allow, rules } = await openGroup();
    await allow(tcp(22, '10.0.0.0/8', '192.0.2.0/24'));
    const revoke = (IpPermissions: IpPermission[]) =>
      ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    expect(await outcome(revoke([tcp(22, '10.0.0.0/8', '198.51.100.0/24')]))).toBe(
      'InvalidPermission.NotFound 400',
    );
    expect(await rules()).toHaveLength(3);
    await revoke([tcp(22, '10.0.0.0/8')]);
    const left = (await rules()).find(({ IsEgress }) => !IsEgress)?.SecurityGroupRuleId ?? '';
    const byId = () =>
      ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: [left] }));
    expect((await byId()).RevokedSecurityGroupRules).toMatchObject([
      { SecurityGroupRuleId: left, CidrIpv4: '192.0.2.0/24' },
    ]);
    expect(await outcome(byId())).toBe('InvalidSecurityGroupRuleId.NotFound 400');
  });

  test('the way out is closed and opened on its own', async () => {
    const { ec2, GroupId, rules } = await openGroup();
    const everything = {
      GroupId,
      IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    };
    const open = () => ec2.send(new AuthorizeSecurityGroupEgressCommand(everything));
    expect(await outcome(open())).toBe('InvalidPermission.Duplicate 400');
    await ec2.send(new RevokeSecurityGroupEgressCommand(everything));
    expect(await rules()).toEqual([]);
    expect(await outcome(open())).toBe('done');
  });

  test('sixty each way and family, not one more', async () => {
    const { allow } = await openGroup();
    const many = (count: number) => Array.from({ length: count }, (_, index) => `10.0.${index}.0/24`);
    expect(await outcome(allow(tcp(22, ...many(61))))).toBe('RulesPerSecurityGroupLimitExceeded 400');
    expect(await outcome(allow(tcp(22, ...many(60))))).toBe('done');
    expect(await outcome(allow(tcp(80, '10.0.0.0/24')))).toBe('RulesPerSecurityGroupLimitExceeded 400');
    const six = { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, Ipv6Ranges: [{ CidrIpv6: '::/0' }] };
    expect(await outcome(allow(six))).toBe('done');
  });

  test.each<[string, IpPermission, string]>([
    ['no range', tcp(22, '10.0.0.0'), 'InvalidParameterValue'],
    ['no address', tcp(22, '300.0.0.0/8'), 'InvalidParameterValue'],
    ['no port', { IpProtocol: 'tcp', IpRanges: [{ CidrIp: '10.0.0.0/8' }] }, 'InvalidParameterValue'],
    ['a port above all', tcp(70_000, '10.0.0.0/8'), 'InvalidParameterValue'],
    ['no peer', tcp(22), 'MissingParameter'],
    [
      'no protocol of that name',
      { ...tcp(22, '10.0.0.0/8'), IpProtocol: 'ipx' },
      'InvalidPermission.Malformed',
    ],
    [
      'a group that is not there',
      { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-00000000000000000' }] },
      'InvalidGroup.NotFound',
    ],
  ])('are refused with %s', async (_, permission, code) => {
    const { allow, rules } = await openGroup();
    expect(await outcome(allow(permission))).toBe(`${code} 400`);
    expect(await rules()).toHaveLength(1);
  });

  test('all that was ever asked to be opened can be looked through, refused or not', async () => {
    const { allow, fake, GroupId, ec2 } = await openGroup();
    await allow(tcp(2376, '203.0.113.0/24'));
    await outcome(allow(tcp(22, 'everywhere')));
    await outcome(
      ec2.send(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId,
          IpProtocol: 'tcp',
          FromPort: 22,
          ToPort: 22,
          CidrIp: '0.0.0.0/0',
        }),
      ),
    );
    expect(
      fake
        .authorizeCalls()
        .map(({ direction, groupId, rules, call }) => [
          direction,
          groupId,
          call.code,
          rules.map(({ fromPort, peer }) => `${fromPort} ${peer.cidrIpv4}`),
        ]),
    ).toEqual([
      ['ingress', GroupId, undefined, ['2376 203.0.113.0/24']],
      ['ingress', GroupId, 'InvalidParameterValue', []],
      ['ingress', GroupId, undefined, ['22 0.0.0.0/0']],
    ]);
  });
});
