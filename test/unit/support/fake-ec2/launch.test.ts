import {
  type BlockDeviceMapping,
  CreateSecurityGroupCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstanceCreditSpecificationsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeVolumesCommand,
  type EbsBlockDevice,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { AL2023, AL2023_ARM, openDesk, outcome, SECONDS, START, SUBNET, tagged, VPC } from './ec2-desk.ts';

const NETWORK: Partial<RunInstancesCommandInput> = {
  SubnetId: undefined,
  NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: SUBNET.a, AssociatePublicIpAddress: true }],
};

function bytes(length: number): string {
  return Buffer.alloc(length, 'x').toString('base64');
}

function disk(Ebs: EbsBlockDevice): BlockDeviceMapping {
  return { DeviceName: '/dev/xvda', Ebs };
}

describe('a launch', () => {
  test('gives one reservation of instances that are pending and then run, with both addresses', async () => {
    const { run, describe: look, clock } = await openDesk();
    const launched = await run({ ...NETWORK, MinCount: 3, MaxCount: 3 });
    expect(launched.map(({ AmiLaunchIndex }) => AmiLaunchIndex)).toEqual([0, 1, 2]);
    expect(launched.map(({ State }) => State)).toEqual(Array(3).fill({ Code: 0, Name: 'pending' }));
    const ids = launched.map(({ InstanceId = '' }) => InstanceId);
    clock.advance(SECONDS.toRun);
    const running = await look(ids);
    expect(running.map(({ State }) => State)).toEqual(Array(3).fill({ Code: 16, Name: 'running' }));
    expect(running[0]).toMatchObject({
      ImageId: AL2023,
      InstanceType: 't3.small',
      Placement: { AvailabilityZone: 'us-east-1a' },
      SubnetId: SUBNET.a,
      VpcId: VPC,
      PrivateIpAddress: '10.0.0.4',
      PublicIpAddress: '198.18.0.1',
      LaunchTime: new Date(START),
      NetworkInterfaces: [{ PrivateIpAddress: '10.0.0.4', Association: { PublicIp: '198.18.0.1' } }],
    });
    expect(new Set(running.map(({ PrivateIpAddress }) => PrivateIpAddress)).size).toBe(3);
    expect(new Set(running.map(({ PublicIpAddress }) => PublicIpAddress)).size).toBe(3);
  });

  test('tells no public address before it runs, and gives none where none was asked for', async () => {
    const { run, describe: look, clock } = await openDesk();
    const asked = await run(NETWORK);
    const [silent] = await run();
    expect(asked[0]?.PublicIpAddress).toBeUndefined();
    clock.advance(SECONDS.toRun);
    expect((await look([silent?.InstanceId ?? '']))[0]?.PublicIpAddress).toBeUndefined();
  });

  test('tags the instance, its disk and its interface from the first moment', async () => {
    const { run, ec2 } = await openDesk();
    const tags = (what: string) => ({ lab: 'lab-1', what });
    const [instance] = await run({
      TagSpecifications: [
        tagged('instance', tags('i')),
        tagged('volume', tags('v')),
        tagged('network-interface', tags('n')),
      ],
      BlockDeviceMappings: [
        {
          DeviceName: '/dev/xvda',
          Ebs: { VolumeSize: 12, VolumeType: 'gp3', Encrypted: true, DeleteOnTermination: true },
        },
      ],
    });
    const byLab = { Filters: [{ Name: 'tag:lab', Values: ['lab-1'] }] };
    const { Volumes } = await ec2.send(new DescribeVolumesCommand(byLab));
    const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand(byLab));
    expect(instance?.Tags).toContainEqual({ Key: 'what', Value: 'i' });
    expect(Volumes).toMatchObject([
      {
        Size: 12,
        VolumeType: 'gp3',
        Encrypted: true,
        State: 'in-use',
        Attachments: [{ InstanceId: instance?.InstanceId, DeleteOnTermination: true }],
        Tags: expect.arrayContaining([{ Key: 'what', Value: 'v' }]),
      },
    ]);
    expect(NetworkInterfaces).toMatchObject([
      {
        Attachment: { InstanceId: instance?.InstanceId },
        PrivateIpAddress: instance?.PrivateIpAddress,
        TagSet: expect.arrayContaining([{ Key: 'what', Value: 'n' }]),
      },
    ]);
  });

  test('keeps user data, metadata options, credits and profile as they were asked for', async () => {
    const { run, ec2, fake } = await openDesk();
    const [instance] = await run({
      UserData: Buffer.from('#cloud-config').toString('base64'),
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1, HttpEndpoint: 'enabled' },
      CreditSpecification: { CpuCredits: 'standard' },
      IamInstanceProfile: { Name: 'machines' },
      InstanceInitiatedShutdownBehavior: 'terminate',
    });
    const InstanceId = instance?.InstanceId ?? '';
    const { UserData } = await ec2.send(
      new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'userData' }),
    );
    const { InstanceCreditSpecifications } = await ec2.send(
      new DescribeInstanceCreditSpecificationsCommand({ InstanceIds: [InstanceId] }),
    );
    expect(Buffer.from(UserData?.Value ?? '', 'base64').toString()).toBe('#cloud-config');
    expect(InstanceCreditSpecifications).toEqual([{ InstanceId, CpuCredits: 'standard' }]);
    expect(instance?.MetadataOptions).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
    expect(instance?.IamInstanceProfile?.Arn).toBe('arn:aws:iam::123456789012:instance-profile/machines');
    expect(fake.instances()[0]).toMatchObject({ onShutdown: 'terminate', profile: 'machines' });
  });

  test('that says nothing of them gets what the image and the type have: hop limit 2, unlimited credits', async () => {
    const { run, fake } = await openDesk();
    const [instance] = await run();
    expect(instance?.MetadataOptions?.HttpPutResponseHopLimit).toBe(2);
    expect(fake.instances()[0]?.credits).toBe('unlimited');
  });

  test('finds its image by an SSM parameter', async () => {
    const { run } = await openDesk();
    const [instance] = await run({
      ImageId: 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64',
      InstanceType: 't4g.small',
    });
    expect(instance).toMatchObject({ ImageId: AL2023_ARM, Architecture: 'arm64' });
  });

  test('takes user data of 16 KB before base64, and not a byte more', async () => {
    const { run } = await openDesk();
    expect(await outcome(run({ UserData: bytes(16_384) }))).toBe('done');
    expect(await outcome(run({ UserData: bytes(16_385) }))).toBe('InvalidParameterValue 400');
  });

  test.each<[string, Partial<RunInstancesCommandInput>, string]>([
    ['an image that is not there', { ImageId: 'ami-00000000000000000' }, 'InvalidAMIID.NotFound'],
    ['what is no image id', { ImageId: 'debian' }, 'InvalidAMIID.Malformed'],
    ['an image of another architecture', { ImageId: AL2023_ARM }, 'InvalidParameterValue'],
    ['a type that is not there', { InstanceType: 't9.huge' as 't3.small' }, 'InvalidParameterValue'],
    ['a subnet that is not there', { SubnetId: 'subnet-00000000000000000' }, 'InvalidSubnetID.NotFound'],
    ['no subnet, where there is no default VPC', { SubnetId: undefined }, 'VPCIdNotSpecified'],
    ['a group that is not there', { SecurityGroupIds: ['sg-00000000000000000'] }, 'InvalidGroup.NotFound'],
    [
      "a zone that is not the subnet's",
      { Placement: { AvailabilityZone: 'us-east-1b' } },
      'InvalidParameterValue',
    ],
    ['less than none', { MinCount: 0, MaxCount: 0 }, 'InvalidParameterValue'],
    ['more at least than at most', { MinCount: 2, MaxCount: 1 }, 'InvalidParameterValue'],
    ['user data that is no base64', { UserData: '#!/bin/sh' }, 'InvalidParameterValue'],
    ['a key pair', { KeyName: 'mine' }, 'InvalidKeyPair.NotFound'],
    ['a token of 65 characters', { ClientToken: 'x'.repeat(65) }, 'InvalidParameterValue'],
    ['a hop limit of 65', { MetadataOptions: { HttpPutResponseHopLimit: 65 } }, 'InvalidParameterValue'],
    [
      'credits on a type without',
      { InstanceType: 'm5.large', CreditSpecification: { CpuCredits: 'standard' } },
      'InvalidParameterCombination',
    ],
    [
      'a subnet beside an interface',
      { NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: true }] },
      'InvalidParameterCombination',
    ],
    [
      'a root smaller than its snapshot',
      { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 4 } }] },
      'InvalidBlockDeviceMapping',
    ],
    [
      'a further disk without a size',
      { BlockDeviceMappings: [{ DeviceName: '/dev/sdb', Ebs: { VolumeType: 'gp3' } }] },
      'MissingParameter',
    ],
    ['the same disk twice', { BlockDeviceMappings: [disk({}), disk({})] }, 'InvalidBlockDeviceMapping'],
    ['a disk of no size', { BlockDeviceMappings: [disk({ VolumeSize: 0 })] }, 'InvalidParameterValue'],
    [
      'a key for a disk in clear',
      { BlockDeviceMappings: [disk({ KmsKeyId: 'k' })] },
      'InvalidParameterDependency',
    ],
    [
      'throughput of a gp2',
      { BlockDeviceMappings: [disk({ VolumeType: 'gp2', Throughput: 125 })] },
      'InvalidParameterCombination',
    ],
    [
      'a gp3 too slow',
      { BlockDeviceMappings: [disk({ VolumeType: 'gp3', Iops: 100 })] },
      'InvalidParameterValue',
    ],
    [
      'a gp3 too fast',
      { BlockDeviceMappings: [disk({ VolumeType: 'gp3', Throughput: 9999 })] },
      'InvalidParameterValue',
    ],
    [
      'a one-time spot that would stop',
      {
        InstanceMarketOptions: {
          MarketType: 'spot',
          SpotOptions: { SpotInstanceType: 'one-time', InstanceInterruptionBehavior: 'stop' },
        },
      },
      'InvalidParameterCombination',
    ],
    [
      'tags on a spot request that is none',
      { TagSpecifications: [tagged('spot-instances-request', { a: 'b' })] },
      'InvalidParameterCombination',
    ],
    [
      'the same resource tagged twice',
      { TagSpecifications: [tagged('instance', { a: 'b' }), tagged('instance', { a: 'c' })] },
      'InvalidParameterValue',
    ],
    ['an image by a parameter that is not there', { ImageId: 'resolve:ssm:/none' }, 'InvalidParameterValue'],
    [
      'a tag of AWS itself',
      { TagSpecifications: [tagged('instance', { 'aws:lab': 'x' })] },
      'InvalidParameterValue',
    ],
    [
      'a tag value of 257',
      { TagSpecifications: [tagged('instance', { lab: 'x'.repeat(257) })] },
      'InvalidParameterValue',
    ],
    [
      'fifty-one tags',
      {
        TagSpecifications: [
          tagged('instance', Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, '']))),
        ],
      },
      'TagLimitExceeded',
    ],
    [
      'tags on what it does not make',
      { TagSpecifications: [tagged('vpc', { a: 'b' })] },
      'InvalidParameterValue',
    ],
  ])('is refused and makes nothing: %s', async (_, input, code) => {
    const { run, fake } = await openDesk();
    expect(await outcome(run(input))).toBe(`${code} 400`);
    expect([fake.instances(), fake.volumes(), fake.interfaces()]).toEqual([[], [], []]);
  });

  test('with a group of another VPC is refused', async () => {
    const { run, ec2 } = await openDesk({
      subnets: [
        { id: SUBNET.a, zone: 'us-east-1a', cidr: '10.0.0.0/24' },
        { id: SUBNET.b, zone: 'us-east-1b', cidr: '10.1.0.0/24', vpcId: 'vpc-0f0000000000000b2' },
      ],
    });
    const { GroupId = '' } = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName: 'g', Description: 'd', VpcId: 'vpc-0f0000000000000b2' }),
    );
    expect(await outcome(run({ SecurityGroupIds: [GroupId] }))).toBe('InvalidParameter 400');
    expect(await outcome(run({ SecurityGroupIds: [GroupId], SubnetId: SUBNET.b }))).toBe('done');
  });

  test('between a least and a most gives what there is room for', async () => {
    const { runIds } = await openDesk({
      capacity: [{ zone: 'us-east-1a', type: 't3.small', machines: 4 }],
    });
    expect(await runIds({ MinCount: 2, MaxCount: 10 })).toHaveLength(4);
  });
});
