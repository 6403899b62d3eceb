import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AmazonEc2Driver } from '../../../../../shared/adapters/aws/ec2/amazonec2-driver.ts';
import { openEc2Driver } from '../../../../support/ec2-ground.ts';
import { aLauncher, instancesOf, userDataOf } from '../../../../support/ec2-launches.ts';
import { type FakeEc2, startFakeEc2 } from '../../../../support/fake-ec2/start-fake-ec2.ts';

describe('a launch on EC2', () => {
  let fake: FakeEc2;
  let driver: AmazonEc2Driver;
  beforeAll(async () => {
    fake = await startFakeEc2({ requestLimits: { start: 'off' }, times: { pendingMs: 0 } });
    driver = openEc2Driver(fake);
  });
  afterAll(() => fake.close());

  test('is one call for all its machines, tagged and closed from the first moment', async () => {
    const { labId, launch } = await aLauncher(driver);
    const before = fake.calls('RunInstances').length;
    await driver.create(await launch());
    const [call, ...others] = fake.calls('RunInstances').slice(before);
    expect(others).toEqual([]);
    expect(call?.parameters).toMatchObject({
      MinCount: '3',
      MaxCount: '3',
      'MetadataOptions.HttpTokens': 'required',
      'MetadataOptions.HttpPutResponseHopLimit': '1',
      'BlockDeviceMapping.1.DeviceName': '/dev/xvda',
      'BlockDeviceMapping.1.Ebs.Encrypted': 'true',
      'BlockDeviceMapping.1.Ebs.VolumeType': 'gp3',
      'BlockDeviceMapping.1.Ebs.VolumeSize': '12',
      'BlockDeviceMapping.1.Ebs.DeleteOnTermination': 'true',
      'NetworkInterface.1.AssociatePublicIpAddress': 'true',
      InstanceInitiatedShutdownBehavior: 'stop',
      'CreditSpecification.CpuCredits': 'unlimited',
    });
    expect(call?.parameters.ClientToken).toMatch(/^[\x21-\x7e]{1,64}$/);
    // No credentials and no key of AWS, no address of IPv6, nothing of spot.
    const names = Object.keys(call?.parameters ?? {});
    expect(
      names.filter((name) => /^(IamInstanceProfile|KeyName|InstanceMarketOptions)|Ipv6/.test(name)),
    ).toEqual([]);
    const instances = instancesOf(fake, labId);
    const tagsOf = [...instances, ...fake.volumes(), ...fake.interfaces()].filter(
      (one) => one.tags.get('slipway:lab') === labId,
    );
    expect(tagsOf).toHaveLength(9);
    for (const { tags } of tagsOf) {
      expect(Object.fromEntries(tags)).toMatchObject({
        'slipway:deployment': 'test',
        'slipway:attempt': '1',
        'slipway:machine-0': 'm1',
        'slipway:machine-2': 'm3',
      });
    }
    for (const instance of instances) expect(userDataOf(instance)).toContain('token-of-m2');
  });

  test('has every machine of a lab in one zone, and its repairs beside what is left', async () => {
    const other = openEc2Driver(fake);
    const { labId, launch, plan } = await aLauncher(driver);
    const placement = await plan({ short: [await plan()] });
    expect(placement.zone).toBe('us-east-1b');
    await driver.create(await launch({ placement }));
    const beside = await other.plan({
      labId,
      attempt: 2,
      machines: [{ name: 'm2', role: 'worker' }],
      beside: placement,
      short: [],
      mayStop: true,
    });
    expect(beside).toEqual(placement);
    expect(new Set(instancesOf(fake, labId).map(({ subnet }) => subnet.zone))).toEqual(
      new Set(['us-east-1b']),
    );
  });

  test('of arm64 machines uses the image for arm64; without credits it sets none', async () => {
    const arm = openEc2Driver(fake, { settings: { instanceTypes: ['t4g.small'] } });
    const general = openEc2Driver(fake, { settings: { instanceTypes: ['m6i.large'], diskGb: 4 } });
    const [one, two] = [await aLauncher(arm), await aLauncher(general)];
    await arm.create(await one.launch());
    await general.create(await two.launch());
    expect(instancesOf(fake, one.labId)[0]?.image.architecture).toBe('arm64');
    const [instance] = instancesOf(fake, two.labId);
    expect(instance?.credits).toBeUndefined();
    // The image needs more than was set.
    expect(instance?.volumes.map(({ sizeGb }) => sizeGb)).toEqual([8]);
  });

  test('whose parameters another version wrote is known by its tags, and not made twice', async () => {
    const { labId, launch } = await aLauncher(driver);
    const placement = (await launch()).placement;
    await driver.create(await launch());
    // Too new for the list that the repeat has: only the token is left to tell.
    const blind = openEc2Driver(fake);
    await blind.list(labId);
    const listed = fake.calls('RunInstances').length;
    const changed = openEc2Driver(fake, { settings: { apiUrl: 'https://other.example' } });
    await changed.create(await launch({ placement }));
    expect(fake.calls('RunInstances').length).toBe(listed);
    expect(instancesOf(fake, labId)).toHaveLength(3);
  });

  test('that is in doubt is looked for once more when EC2 says that its token has other parameters', async () => {
    const { labId, launch } = await aLauncher(driver);
    const [first, second] = [openEc2Driver(fake), openEc2Driver(fake, { settings: { diskGb: 12 } })];
    const planned = await launch();
    // The second looks before the first launches, and launches after it.
    const calls = fake.calls('RunInstances').length;
    const goOn = fake.hang('RunInstances');
    const other = second.create({
      ...planned,
      sshPublicKey: planned.sshPublicKey.replace('student', 'other'),
    });
    await vi.waitUntil(() => fake.calls('RunInstances').length > calls);
    await first.create(planned);
    goOn();
    await other;
    expect(fake.calls('RunInstances').map(({ code }) => code)).toContain('IdempotentParameterMismatch');
    expect(instancesOf(fake, labId)).toHaveLength(3);
  });

  test('that EC2 refuses for its parameters, and that made nothing, is refused with the words', async () => {
    const { launch } = await aLauncher(driver);
    const planned = await launch();
    fake.failNext('RunInstances', {
      code: 'IdempotentParameterMismatch',
      status: 400,
      message: 'Not the same',
    });
    await expect(driver.create(planned)).rejects.toMatchObject({
      retryable: false,
      facts: { reason: 'refused', code: 'IdempotentParameterMismatch' },
    });
  });

  test('without a placement of plan is refused, and says what it lacks', async () => {
    const { launch } = await aLauncher(driver);
    await expect(driver.create(await launch({ placement: { zone: 'us-east-1a' } }))).rejects.toMatchObject({
      code: 'driver_failed',
      retryable: false,
      message: expect.stringContaining('subnet, type, market, image, device, diskGb'),
    });
  });

  test('ends what an earlier attempt left under the same names, wherever that was', async () => {
    const { labId, launch, plan } = await aLauncher(driver);
    await driver.create(await launch());
    const placement = await plan({ short: [await plan()] });
    await driver.create(await launch({ attempt: 2, placement }));
    const alive = instancesOf(fake, labId).filter(({ state }) => ['pending', 'running'].includes(state));
    expect(alive.map(({ tags, subnet }) => [tags.get('slipway:attempt'), subnet.zone])).toEqual(
      Array.from({ length: 3 }, () => ['2', 'us-east-1b']),
    );
  });

  test('over the quota tells how many vCPUs are missing, of how many, and is the same launch later', async () => {
    const { labId, launch } = await aLauncher(driver);
    const planned = await launch();
    fake.setQuotas({ onDemandVcpus: 5 });
    await expect(driver.create(planned)).rejects.toMatchObject({
      retryable: true,
      facts: { reason: 'quota', missing: 6, limit: 5, afterSeconds: 60 },
      message: expect.stringMatching(/quota of 5 vCPUs has no room for the 6 vCPUs of 3 t3\.small/),
    });
    fake.setQuotas({ onDemandVcpus: 10_000 });
    await driver.create(planned);
    expect(instancesOf(fake, labId)).toHaveLength(3);
  });

  test('that ended at once is not made again under the same attempt', async () => {
    const { labId, launch } = await aLauncher(driver);
    const planned = await launch();
    fake.doomLaunches(3);
    await driver.create(planned);
    expect(await driver.list(labId)).toEqual([]);
    await driver.create(planned);
    expect(instancesOf(fake, labId)).toHaveLength(3);
    await driver.create({ ...planned, attempt: 2 });
    expect((await driver.list(labId)).map(({ attempt }) => attempt)).toEqual([2, 2, 2]);
  });

  test('waits for a group that EC2 does not tell of, and asks for its id anew', async () => {
    const { labId, launch } = await aLauncher(driver);
    const planned = await launch();
    fake.failNext('RunInstances', { code: 'InvalidGroup.NotFound', status: 400 });
    await expect(driver.create(planned)).rejects.toMatchObject({
      retryable: true,
      facts: { reason: 'busy' },
    });
    await driver.create(planned);
    expect(instancesOf(fake, labId)).toHaveLength(3);
    await expect(driver.create({ ...planned, labId: 'never-made' })).rejects.toMatchObject({
      facts: { reason: 'busy' },
      message: expect.stringContaining('does not tell yet of the security group'),
    });
  });
});
