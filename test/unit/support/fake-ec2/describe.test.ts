import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeAccountAttributesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeImagesCommand,
  type DescribeImagesCommandInput,
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  type Filter,
  paginateDescribeInstances,
  paginateDescribeInstanceTypes,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import type { FakeEc2Options } from '../../../support/fake-ec2/options.ts';
import { AL2023, AL2023_ARM, openDesk, outcome, SECONDS, SUBNET, tagged, VPC } from './ec2-desk.ts';

async function openFinder(options: FakeEc2Options = {}) {
  const desk = await openDesk(options);
  return {
    ...desk,
    find: async (input: DescribeInstancesCommandInput) => {
      const { Reservations = [] } = await desk.ec2.send(new DescribeInstancesCommand(input));
      return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId = '' }) => InstanceId));
    },
    launch: async (lab: string, more: Parameters<typeof desk.runIds>[0] = {}) => {
      const [id = ''] = await desk.runIds({ TagSpecifications: [tagged('instance', { lab })], ...more });
      return id;
    },
  };
}

function by(Name: string, ...Values: string[]): DescribeInstancesCommandInput {
  return { Filters: [{ Name, Values }] };
}

describe('filters', () => {
  test('by tag: exactly, any of several, with wildcards, and with what would be one taken as it is', async () => {
    const { find, launch } = await openFinder();
    const one = await launch('lab-1');
    const ten = await launch('lab-10');
    const star = await launch('lab-*');
    expect(await find(by('tag:lab', 'lab-1'))).toEqual([one]);
    expect(await find(by('tag:lab', 'lab-1', 'lab-10'))).toEqual([one, ten]);
    expect(await find(by('tag:lab', 'lab-1*'))).toEqual([one, ten]);
    expect(await find(by('tag:lab', 'lab-?'))).toEqual([one, star]);
    expect(await find(by('tag:lab', 'lab-\\*'))).toEqual([star]);
    expect(await find(by('tag:lab', 'LAB-1'))).toEqual([]);
    expect(await find(by('tag:lab', 'lab.1'))).toEqual([]);
    expect(await find(by('tag-key', 'lab'))).toHaveLength(3);
  });

  test('all of them must match', async () => {
    const { find, launch } = await openFinder();
    await launch('lab-1', { InstanceType: 't3.micro' });
    const small = await launch('lab-1');
    await launch('lab-2');
    expect(
      await find({
        Filters: [
          { Name: 'tag:lab', Values: ['lab-1'] },
          { Name: 'instance-type', Values: ['t3.small', 't3.large'] },
        ],
      }),
    ).toEqual([small]);
  });

  test('by state, zone, token, subnet, group and lifecycle', async () => {
    const { find, launch, ec2, clock, fake } = await openFinder();
    const running = await launch('a', { ClientToken: 'token-a' });
    const stopped = await launch('b', { SubnetId: SUBNET.b });
    const ended = await launch('c');
    clock.advance(SECONDS.toRun);
    await ec2.send(new StopInstancesCommand({ InstanceIds: [stopped] }));
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [ended] }));
    clock.advance(SECONDS.toEnd);
    const spot = await launch('d', { InstanceMarketOptions: { MarketType: 'spot' } });
    const standard = fake.groups()[0]?.id ?? '';
    expect(await find(by('instance-state-name', 'stopped', 'terminated'))).toEqual([stopped, ended]);
    expect(await find(by('availability-zone', 'us-east-1b'))).toEqual([stopped]);
    expect(await find(by('client-token', 'token-a'))).toEqual([running]);
    expect(await find(by('subnet-id', SUBNET.a))).toEqual([running, spot]);
    expect(await find(by('instance.group-id', standard))).toEqual([running, stopped, ended, spot]);
    expect(await find(by('instance-lifecycle', 'spot'))).toEqual([spot]);
    expect(await find(by('instance-id', ended, 'i-00000000000000000'))).toEqual([ended]);
  });

  test('that EC2 does not know are refused, and so are too many values', async () => {
    const { find } = await openFinder();
    expect(await outcome(find(by('colour', 'red')))).toBe('InvalidParameterValue 400');
    expect(await outcome(find(by('constructor', 'red')))).toBe('InvalidParameterValue 400');
    expect(
      await outcome(find(by('tag:lab', ...Array.from({ length: 201 }, (_, index) => `lab-${index}`)))),
    ).toBe('FilterLimitExceeded 400');
  });
});

describe('every filter', () => {
  test('finds the thing by its own value and not by another', async () => {
    const desk = await openDesk({ requestLimits: { start: 'off' } });
    const { ec2, fake, clock } = desk;
    await desk.run({
      SubnetId: undefined,
      NetworkInterfaces: [
        { DeviceIndex: 0, SubnetId: SUBNET.a, AssociatePublicIpAddress: true, Description: 'lab' },
      ],
      InstanceMarketOptions: { MarketType: 'spot' },
      ClientToken: 'token',
    });
    clock.advance(SECONDS.toRun);
    const [instance] = fake.instances();
    const [group] = fake.groups();
    const [disk] = fake.volumes();
    const [one] = fake.interfaces();
    const { id = '', privateAddress = '', publicAddress = '', reservationId = '', spot } = instance ?? {};
    const count: Record<string, (Filters: Filter[]) => Promise<number | undefined>> = {
      instance: async (Filters) =>
        (await ec2.send(new DescribeInstancesCommand({ Filters }))).Reservations?.length,
      volume: async (Filters) => (await ec2.send(new DescribeVolumesCommand({ Filters }))).Volumes?.length,
      interface: async (Filters) =>
        (await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }))).NetworkInterfaces?.length,
      group: async (Filters) =>
        (await ec2.send(new DescribeSecurityGroupsCommand({ Filters }))).SecurityGroups?.length,
      rule: async (Filters) =>
        (await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }))).SecurityGroupRules?.length,
      subnet: async (Filters) => (await ec2.send(new DescribeSubnetsCommand({ Filters }))).Subnets?.length,
      vpc: async (Filters) => (await ec2.send(new DescribeVpcsCommand({ Filters }))).Vpcs?.length,
      image: async (Filters) => (await ec2.send(new DescribeImagesCommand({ Filters }))).Images?.length,
      zone: async (Filters) =>
        (await ec2.send(new DescribeAvailabilityZonesCommand({ Filters }))).AvailabilityZones?.length,
      type: async (Filters) =>
        (await ec2.send(new DescribeInstanceTypesCommand({ Filters }))).InstanceTypes?.length,
      offering: async (Filters) =>
        (await ec2.send(new DescribeInstanceTypeOfferingsCommand({ Filters }))).InstanceTypeOfferings?.length,
    };
    const cases: [kind: string, name: string, value: string, found?: number][] = [
      ['instance', 'architecture', 'x86_64'],
      ['instance', 'image-id', AL2023],
      ['instance', 'instance.group-name', 'default'],
      ['instance', 'ip-address', publicAddress],
      ['instance', 'network-interface.network-interface-id', one?.id ?? ''],
      ['instance', 'private-ip-address', privateAddress],
      ['instance', 'reservation-id', reservationId],
      ['instance', 'root-device-name', '/dev/xvda'],
      ['instance', 'spot-instance-request-id', spot?.requestId ?? ''],
      ['instance', 'vpc-id', VPC],
      ['volume', 'attachment.device', '/dev/xvda'],
      ['volume', 'attachment.instance-id', id],
      ['volume', 'availability-zone', 'us-east-1a'],
      ['volume', 'encrypted', 'false'],
      ['volume', 'size', '8'],
      ['volume', 'status', 'in-use'],
      ['volume', 'volume-id', disk?.id ?? ''],
      ['volume', 'volume-type', 'gp3'],
      ['interface', 'addresses.private-ip-address', privateAddress],
      ['interface', 'association.public-ip', publicAddress],
      ['interface', 'attachment.instance-id', id],
      ['interface', 'availability-zone', 'us-east-1a'],
      ['interface', 'description', 'lab'],
      ['interface', 'group-id', group?.id ?? ''],
      ['interface', 'group-name', 'default'],
      ['interface', 'network-interface-id', one?.id ?? ''],
      ['interface', 'private-ip-address', privateAddress],
      ['interface', 'status', 'in-use'],
      ['interface', 'subnet-id', SUBNET.a],
      ['interface', 'vpc-id', VPC],
      ['group', 'group-id', group?.id ?? ''],
      ['group', 'group-name', 'default'],
      ['group', 'description', 'default VPC*'],
      ['group', 'vpc-id', VPC],
      ['rule', 'group-id', group?.id ?? ''],
      ['rule', 'group-id', `${group?.id}*`],
      ['rule', 'security-group-rule-id', group?.rules[0]?.id ?? ''],
      ['subnet', 'availability-zone', 'us-east-1a'],
      ['subnet', 'cidr-block', '10.0.0.0/20'],
      ['subnet', 'default-for-az', 'false', 3],
      ['subnet', 'map-public-ip-on-launch', 'false', 3],
      ['subnet', 'state', 'available', 3],
      ['subnet', 'subnet-id', SUBNET.a],
      ['subnet', 'vpc-id', VPC, 3],
      ['vpc', 'vpc-id', VPC],
      ['vpc', 'state', 'available'],
      ['vpc', 'is-default', 'false'],
      ['image', 'architecture', 'arm64', 2],
      ['image', 'image-id', AL2023],
      ['image', 'image-type', 'machine', 4],
      ['image', 'is-public', 'true', 2],
      ['image', 'name', 'al2023-ami-*', 2],
      ['image', 'owner-alias', 'amazon', 2],
      ['image', 'owner-id', '099720109477', 2],
      ['image', 'root-device-type', 'ebs', 4],
      ['image', 'state', 'available', 4],
      ['image', 'virtualization-type', 'hvm', 4],
      ['zone', 'zone-name', 'us-east-1b'],
      ['zone', 'region-name', 'us-east-1', 3],
      ['zone', 'state', 'available', 3],
      ['zone', 'zone-type', 'availability-zone', 3],
      ['zone', 'opt-in-status', 'opt-in-not-required', 3],
      ['type', 'instance-type', 't4g.*', 7],
      ['type', 'burstable-performance-supported', 'true', 28],
      ['type', 'current-generation', 'false', 7],
      ['type', 'processor-info.supported-architecture', 'arm64', 17],
      ['type', 'vcpu-info.default-vcpus', '1', 5],
      ['type', 'memory-info.size-in-mib', '512', 4],
      ['type', 'bare-metal', 'false', 50],
      ['offering', 'instance-type', 't3.small'],
      ['offering', 'location', 'us-east-1', 50],
    ];
    for (const [kind, Name, value, found = 1] of cases) {
      expect([kind, Name, await count[kind]?.([{ Name, Values: [value] }])]).toEqual([kind, Name, found]);
      expect([kind, Name, await count[kind]?.([{ Name, Values: ['another'] }])]).toEqual([kind, Name, 0]);
    }
  });
});

describe('after a launch', () => {
  test('ids are unknown and filters empty for as long as the lag lasts, disks and interfaces too', async () => {
    const { find, launch, ec2, clock, fake } = await openFinder({ lag: { instancesMs: 3000 } });
    const id = await launch('lab-1');
    const disk = fake.volumes()[0]?.id ?? '';
    expect(await outcome(find({ InstanceIds: [id] }))).toBe('InvalidInstanceID.NotFound 400');
    expect(await outcome(ec2.send(new DescribeVolumesCommand({ VolumeIds: [disk] })))).toBe(
      'InvalidVolume.NotFound 400',
    );
    expect(await outcome(ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] })))).toBe(
      'InvalidInstanceID.NotFound 400',
    );
    expect(await find(by('tag:lab', 'lab-1'))).toEqual([]);
    expect(await find({})).toEqual([]);
    clock.advance(3);
    expect(await find({ InstanceIds: [id] })).toEqual([id]);
    expect(await find(by('tag:lab', 'lab-1'))).toEqual([id]);
    expect((await ec2.send(new DescribeVolumesCommand({}))).Volumes).toHaveLength(1);
  });
});

describe('pages', () => {
  test('of five to a thousand give each instance once, in spite of those that come and go between them', async () => {
    const { runIds, ec2, find } = await openFinder({ requestLimits: { start: 'off' } });
    const ids = await runIds({ MinCount: 12, MaxCount: 12 });
    const seen: string[] = [];
    const sizes: number[] = [];
    for await (const { Reservations = [] } of paginateDescribeInstances({ client: ec2, pageSize: 5 }, {})) {
      const page = Reservations.flatMap(({ Instances = [] }) =>
        Instances.map(({ InstanceId = '' }) => InstanceId),
      );
      seen.push(...page);
      sizes.push(page.length);
      if (sizes.length === 1) await runIds();
    }
    expect(sizes).toEqual([5, 5, 3]);
    expect(seen.slice(0, 12)).toEqual(ids);
    expect(new Set(seen).size).toBe(13);
    expect(await outcome(find({ MaxResults: 4 }))).toBe('InvalidParameterValue 400');
    expect(await outcome(find({ MaxResults: 5, InstanceIds: ids }))).toBe('InvalidParameterCombination 400');
    expect(await outcome(find({ NextToken: 'page two' }))).toBe('InvalidPaginationToken 400');
  });

  test('of instance types are of a hundred unless fewer are asked for', async () => {
    const { ec2 } = await openFinder();
    const names: (string | undefined)[] = [];
    for await (const { InstanceTypes = [] } of paginateDescribeInstanceTypes(
      { client: ec2, pageSize: 20 },
      {},
    )) {
      names.push(...InstanceTypes.map(({ InstanceType }) => InstanceType));
    }
    expect(names).toContain('t4g.small');
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(20);
  });
});

describe('tags', () => {
  test('put on and taken off afterwards are found and no longer found', async () => {
    const { find, launch, ec2, fake } = await openFinder();
    const id = await launch('lab-1');
    const disk = fake.volumes()[0]?.id ?? '';
    await ec2.send(new CreateTagsCommand({ Resources: [id, disk], Tags: [{ Key: 'lab', Value: 'lab-2' }] }));
    expect(await find(by('tag:lab', 'lab-1'))).toEqual([]);
    expect(await find(by('tag:lab', 'lab-2'))).toEqual([id]);
    const { Tags } = await ec2.send(new DescribeTagsCommand({ Filters: [{ Name: 'key', Values: ['lab'] }] }));
    expect(Tags).toEqual([
      { Key: 'lab', Value: 'lab-2', ResourceId: id, ResourceType: 'instance' },
      { Key: 'lab', Value: 'lab-2', ResourceId: disk, ResourceType: 'volume' },
    ]);
    await ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: 'lab', Value: 'lab-1' }] }));
    expect(await find(by('tag:lab', 'lab-2'))).toEqual([id]);
    await ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: 'lab' }] }));
    expect(await find(by('tag-key', 'lab'))).toEqual([]);
  });

  test('on one resource that is not there go on none', async () => {
    const { find, launch, ec2 } = await openFinder();
    const id = await launch('lab-1');
    const tag = new CreateTagsCommand({
      Resources: [id, 'vol-00000000000000000'],
      Tags: [{ Key: 'late', Value: '' }],
    });
    expect(await outcome(ec2.send(tag))).toBe('InvalidVolume.NotFound 400');
    expect(await find(by('tag-key', 'late'))).toEqual([]);
  });
});

describe('what a Region has', () => {
  test('subnets with their zone, VPC and free addresses', async () => {
    const { ec2, fake } = await openDesk({
      subnets: [
        { id: SUBNET.a, zone: 'us-east-1a', cidr: '10.0.0.0/24', tags: { for: 'labs' } },
        { id: SUBNET.b, zone: 'us-east-1b', cidr: '10.0.1.0/24' },
      ],
    });
    fake.setFreeAddresses(SUBNET.a, 7);
    const { Subnets } = await ec2.send(
      new DescribeSubnetsCommand({ Filters: [{ Name: 'tag:for', Values: ['labs'] }] }),
    );
    expect(Subnets).toMatchObject([
      { SubnetId: SUBNET.a, AvailabilityZone: 'us-east-1a', VpcId: VPC, AvailableIpAddressCount: 7 },
    ]);
    const { AvailabilityZones } = await ec2.send(new DescribeAvailabilityZonesCommand({}));
    expect(AvailabilityZones?.map(({ ZoneName, ZoneId }) => `${ZoneName} ${ZoneId}`)).toEqual([
      'us-east-1a use1-az1',
      'us-east-1b use1-az2',
    ]);
    expect((await ec2.send(new DescribeVpcsCommand({}))).Vpcs).toMatchObject([
      { VpcId: VPC, IsDefault: false },
    ]);
    expect((await ec2.send(new DescribeAccountAttributesCommand({}))).AccountAttributes).toContainEqual({
      AttributeName: 'default-vpc',
      AttributeValues: [{ AttributeValue: 'none' }],
    });
  });

  test('images by id and owner, with their root device', async () => {
    const own = { id: 'ami-0123456789abcdef0', name: 'course', architecture: 'x86_64', rootGb: 20 } as const;
    const { ec2 } = await openDesk({ images: [own] });
    const images = async (input: DescribeImagesCommandInput) =>
      (await ec2.send(new DescribeImagesCommand(input))).Images?.map(({ ImageId }) => ImageId);
    expect(await images({ Owners: ['self'] })).toEqual([own.id]);
    expect(await images({ Owners: ['amazon'] })).toEqual([AL2023, AL2023_ARM]);
    const { Images } = await ec2.send(new DescribeImagesCommand({ ImageIds: [own.id] }));
    expect(Images).toMatchObject([
      {
        Architecture: 'x86_64',
        RootDeviceName: '/dev/xvda',
        State: 'available',
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 20 } }],
      },
    ]);
    expect(await outcome(images({ ImageIds: ['ami-00000000000000000'] }))).toBe('InvalidAMIID.NotFound 400');
  });

  test('types with their vCPUs and architecture', async () => {
    const { ec2 } = await openDesk();
    const ask = (...names: string[]) =>
      ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: names as 't3.small'[] }));
    expect((await ask('t4g.small')).InstanceTypes).toMatchObject([
      {
        InstanceType: 't4g.small',
        VCpuInfo: { DefaultVCpus: 2 },
        MemoryInfo: { SizeInMiB: 2048 },
        ProcessorInfo: { SupportedArchitectures: ['arm64'] },
        BurstablePerformanceSupported: true,
      },
    ]);
    expect(await outcome(ask('t4g.small', 't9.huge'))).toBe('InvalidInstanceType 400');
  });
});
