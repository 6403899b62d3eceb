import { describe, expect, test } from 'vitest';
import type { Ec2School, Ec2SchoolOptions } from '../support/ec2-school.ts';
import {
  ask,
  change,
  eventsOf,
  inSchool,
  instancesOf,
  isReadyOnce,
  isSaid,
  paidFor,
  TYPES,
  ZONES,
} from './ec2-faults-ground.ts';

/** Every code that shared/aws-facts.md names, by the call that it comes from. */
const FACTS: [action: string, codes: string[]][] = [
  [
    'RunInstances',
    [
      'InsufficientInstanceCapacity',
      'Unsupported',
      'InsufficientFreeAddressesInSubnet',
      'VcpuLimitExceeded',
      'InstanceLimitExceeded',
      'MaxSpotInstanceCountExceeded',
      'SpotMaxPriceTooLow',
      'RequestLimitExceeded',
      'Throttling',
      'InvalidParameterValue',
      'IdempotentParameterMismatch',
      'InvalidGroup.NotFound',
      'AuthFailure.ServiceLinkedRoleCreationNotPermitted',
    ],
  ],
  ['CreateSecurityGroup', ['InvalidGroup.Duplicate', 'RequestLimitExceeded', 'SecurityGroupLimitExceeded']],
  ['AuthorizeSecurityGroupIngress', ['InvalidPermission.Duplicate', 'InvalidGroup.NotFound']],
  ['DeleteSecurityGroup', ['DependencyViolation', 'InvalidGroup.NotFound', 'RequestLimitExceeded']],
  ['DescribeInstances', ['RequestLimitExceeded', 'InternalError']],
  [
    'StartInstances',
    ['InsufficientInstanceCapacity', 'VcpuLimitExceeded', 'IncorrectInstanceState', 'RequestLimitExceeded'],
  ],
  ['StopInstances', ['IncorrectInstanceState', 'UnsupportedOperation', 'RequestLimitExceeded']],
  ['TerminateInstances', ['InvalidInstanceID.NotFound', 'RequestLimitExceeded', 'IncorrectInstanceState']],
  ['ModifyInstanceCreditSpecification', ['RequestLimitExceeded', 'UnauthorizedOperation']],
];

interface Row {
  on: string;
  code: string;
  /** What becomes of the lab, in words. */
  so: string;
  options?: Ec2SchoolOptions;
  story: (school: Ec2School) => Promise<void>;
}

const THROTTLED = { status: 503, message: 'Request limit exceeded.' };
const spot: Ec2SchoolOptions = { settings: { spot: true } };
/** Spot is for what is never stopped, and where a lost machine is no lost lab. */
const onSpot = { stoppable: false, machines: { managers: 3, workers: 0 } };

function fullEverywhere({ fake }: Ec2School, machines?: number): void {
  for (const zone of ZONES) {
    for (const type of TYPES)
      fake.setCapacity({ zone, type, ...(machines === undefined ? {} : { machines }) });
  }
}

async function switchedOff(school: Ec2School): Promise<string> {
  const labId = await ask(school);
  await isReadyOnce(school, labId);
  await change(school, labId, { power: 'off' });
  await school.untilPhase(labId, 'stopped');
  return labId;
}

/** The lab is ready although the call failed so once. */
function shrugsOff(on: string, code: string, fault: { status?: number; message?: string } = {}): Row {
  return {
    on,
    code,
    so: 'comes up all the same, once',
    async story(school) {
      school.fake.failNext(on, { code, status: 400, ...fault });
      await isReadyOnce(school, await ask(school));
      expect(school.fake.calls(on).map((call) => call.code)).toContain(code);
    },
  };
}

/** As `shrugsOff`, for a lab that is torn down. */
function goesAllTheSame(on: string, code: string, fault: { status?: number } = {}): Row {
  return {
    on,
    code,
    so: 'goes all the same, and nothing is left',
    async story(school) {
      const labId = await ask(school);
      await isReadyOnce(school, labId);
      school.fake.failNext(on, { code, status: 400, ...fault });
      await school.delete(labId);
      await school.untilPhase(labId, 'deleted', 900);
      expect(school.fake.calls(on).map((call) => call.code)).toContain(code);
    },
  };
}

/** Spot machines are not to be had: on demand, with a new token. */
function onDemandInstead(code: string, provoke: (school: Ec2School) => void): Row {
  return {
    on: 'RunInstances',
    code,
    so: 'is made on demand, and says why',
    options: spot,
    async story(school) {
      provoke(school);
      const labId = await ask(school, onSpot);
      await isReadyOnce(school, labId);
      expect(instancesOf(school, labId).map(({ market }) => market)).toEqual(Array(3).fill('on-demand'));
      const launches = school.fake.calls('RunInstances');
      expect(launches.map((call) => call.code)).toEqual([code, undefined]);
      expect(new Set(launches.map(({ parameters }) => parameters.ClientToken)).size).toBe(2);
      const told = (await eventsOf(school, labId)).find(({ type }) => type === 'NoRoom');
      expect(told?.message).toContain(code);
    },
  };
}

const ROWS: Row[] = [
  {
    on: 'RunInstances',
    code: 'InsufficientInstanceCapacity',
    so: 'is made in the next zone, all of it',
    async story(school) {
      school.fake.setCapacity({ zone: ZONES[0] ?? '', type: 't3.small', machines: 2 });
      const labId = await ask(school);
      await isReadyOnce(school, labId);
      const zones = instancesOf(school, labId).map(({ subnet }) => subnet.zone);
      expect(zones).toEqual(Array(3).fill(ZONES[1]));
    },
  },
  {
    on: 'RunInstances',
    code: 'InsufficientInstanceCapacity',
    so: 'waits where there is no room anywhere, says so, and is made once there is',
    async story(school) {
      fullEverywhere(school, 0);
      const labId = await ask(school);
      await isSaid(school, labId, 'NoRoom', /no room/);
      await school.pass(1800);
      expect((await school.view(labId)).phase).toBe('pending');
      expect(paidFor(school, labId)).toEqual([]);
      fullEverywhere(school);
      await isReadyOnce(school, labId);
    },
  },
  {
    on: 'RunInstances',
    code: 'Unsupported',
    so: 'is made in a zone that has the type, and the other is not asked again',
    async story(school) {
      school.fake.setUnsupported(ZONES[0] ?? '', 't3.small');
      const first = await ask(school);
      await isReadyOnce(school, first);
      await school.delete(first);
      await school.untilPhase(first, 'deleted');
      await school.pass(1200);
      const second = await ask(school);
      await isReadyOnce(school, second);
      const refused = school.fake.calls('RunInstances').filter(({ code }) => code === 'Unsupported');
      expect(refused).toHaveLength(1);
    },
  },
  {
    on: 'RunInstances',
    code: 'InsufficientFreeAddressesInSubnet',
    so: 'is made in the next subnet',
    async story(school) {
      school.fake.setFreeAddresses('subnet-0f0000000000000a1', 2);
      const labId = await ask(school);
      await isReadyOnce(school, labId);
      expect(instancesOf(school, labId).map(({ subnet }) => subnet.zone)).toEqual(Array(3).fill(ZONES[1]));
    },
  },
  {
    on: 'RunInstances',
    code: 'VcpuLimitExceeded',
    so: 'waits as pending with the missing number, whatever the time, and is made once there is quota',
    async story(school) {
      // Someone else took it since the quota was read.
      school.fake.setQuotas({ onDemandVcpus: 4 });
      const labId = await ask(school);
      await isSaid(school, labId, 'AccountVcpuQuota', /\b6 vCPUs\b/);
      await school.pass(3600);
      const view = await school.view(labId);
      expect(view.phase).toBe('pending');
      expect(view.failure).toBeUndefined();
      // Another place would not help: none is tried.
      const zones = school.fake
        .calls('RunInstances')
        .map(({ parameters }) => parameters['NetworkInterface.1.SubnetId']);
      expect(new Set(zones).size).toBe(1);
      school.fake.setQuotas({ onDemandVcpus: 10 });
      await isReadyOnce(school, labId);
    },
  },
  {
    on: 'RunInstances',
    code: 'VcpuLimitExceeded',
    so: 'that never gets room ends at its expiry, and has said why all the time',
    async story(school) {
      school.fake.setQuotas({ onDemandVcpus: 4 });
      const labId = await ask(school, { hours: 1 });
      await isSaid(school, labId, 'AccountVcpuQuota', /vCPUs/);
      await school.untilPhase(labId, 'deleted', 3700);
      const told = (await eventsOf(school, labId)).map(({ type }) => type);
      expect(told).toEqual(
        expect.arrayContaining(['MachinesRunning', 'ExpiryWarning', 'Expired', 'Deleted']),
      );
      expect(told.length).toBeLessThan(15);
      expect(instancesOf(school, labId)).toEqual([]);
    },
  },
  {
    on: 'RunInstances',
    code: 'InstanceLimitExceeded',
    so: 'waits as pending and is made once there is quota',
    async story(school) {
      school.fake.setQuotas({ instances: 2 });
      const labId = await ask(school);
      await isSaid(school, labId, 'AccountVcpuQuota', /quota of instances/);
      expect((await school.view(labId)).phase).toBe('pending');
      school.fake.setQuotas({ instances: 20 });
      await isReadyOnce(school, labId);
    },
  },
  onDemandInstead('MaxSpotInstanceCountExceeded', ({ fake }) => fake.setQuotas({ spotVcpus: 2 })),
  onDemandInstead('SpotMaxPriceTooLow', ({ fake }) =>
    fake.failNext('RunInstances', { code: 'SpotMaxPriceTooLow', status: 400 }),
  ),
  onDemandInstead('AuthFailure.ServiceLinkedRoleCreationNotPermitted', ({ fake }) => fake.setSpotRole(false)),
  shrugsOff('RunInstances', 'RequestLimitExceeded', THROTTLED),
  shrugsOff('RunInstances', 'Throttling', THROTTLED),
  shrugsOff('RunInstances', 'InvalidGroup.NotFound'),
  {
    on: 'RunInstances',
    code: 'InvalidParameterValue',
    so: 'fails with EC2’s words, and nothing is left',
    async story(school) {
      school.fake.failNext('RunInstances', {
        code: 'InvalidParameterValue',
        status: 400,
        message: 'Value (x) for parameter y is invalid.',
      });
      const labId = await ask(school);
      await school.untilPhase(labId, 'failed');
      expect((await school.view(labId)).failure?.message).toContain('Value (x) for parameter y is invalid.');
      expect(instancesOf(school, labId)).toEqual([]);
    },
  },
  {
    on: 'RunInstances',
    code: 'IdempotentParameterMismatch',
    so: 'whose token was used by another version of ours has the machines that it made',
    async story(school) {
      // Carried out, and the answer lost: the same token comes again, and EC2 finds its words other ones.
      school.fake.failNext('RunInstances', { code: 'InternalError', status: 500, when: 'after' });
      school.fake.failNext('RunInstances', { code: 'IdempotentParameterMismatch', status: 400 });
      await isReadyOnce(school, await ask(school));
    },
  },
  {
    on: 'RunInstances',
    code: 'IdempotentParameterMismatch',
    so: 'that is a fault of ours fails with the words',
    async story(school) {
      school.fake.failNext('RunInstances', { code: 'IdempotentParameterMismatch', status: 400 });
      const labId = await ask(school);
      await school.untilPhase(labId, 'failed');
      expect((await school.view(labId)).failure?.message).toContain('IdempotentParameterMismatch');
    },
  },
  {
    on: 'CreateSecurityGroup',
    code: 'InvalidGroup.Duplicate',
    so: 'has the group that a crash left',
    async story(school) {
      school.fake.failNext('CreateSecurityGroup', { code: 'InternalError', status: 500, when: 'after' });
      await isReadyOnce(school, await ask(school));
      expect(school.fake.calls('CreateSecurityGroup').map(({ code }) => code)).toContain(
        'InvalidGroup.Duplicate',
      );
      expect(school.fake.groups().filter(({ tags }) => tags.has('slipway:lab'))).toHaveLength(1);
    },
  },
  shrugsOff('CreateSecurityGroup', 'RequestLimitExceeded', THROTTLED),
  {
    on: 'CreateSecurityGroup',
    code: 'SecurityGroupLimitExceeded',
    so: 'waits as pending, says which quota, and is made once there is room',
    async story(school) {
      school.fake.setQuotas({ securityGroups: 1 });
      const labId = await ask(school);
      await isSaid(school, labId, 'AccountGroupQuota', /security groups/);
      expect((await school.view(labId)).phase).toBe('pending');
      school.fake.setQuotas({ securityGroups: 100 });
      await isReadyOnce(school, labId);
    },
  },
  shrugsOff('AuthorizeSecurityGroupIngress', 'InvalidPermission.Duplicate'),
  shrugsOff('AuthorizeSecurityGroupIngress', 'InvalidGroup.NotFound'),
  goesAllTheSame('DeleteSecurityGroup', 'DependencyViolation'),
  {
    on: 'DeleteSecurityGroup',
    code: 'InvalidGroup.NotFound',
    so: 'is gone, and a group that was there all the same is swept',
    async story(school) {
      const labId = await ask(school);
      await isReadyOnce(school, labId);
      school.fake.failNext('DeleteSecurityGroup', { code: 'InvalidGroup.NotFound', status: 400 });
      await school.delete(labId);
      await school.untilPhase(labId, 'deleted', 900);
      expect(school.leftovers()).toHaveLength(1);
      expect(await school.until(() => school.lastSweep()?.removed.includes(labId) === true, 1800)).toBe(true);
    },
  },
  goesAllTheSame('DeleteSecurityGroup', 'RequestLimitExceeded', { status: 503 }),
  goesAllTheSame('TerminateInstances', 'InvalidInstanceID.NotFound'),
  goesAllTheSame('TerminateInstances', 'RequestLimitExceeded', { status: 503 }),
  goesAllTheSame('TerminateInstances', 'IncorrectInstanceState'),
  {
    on: 'DescribeInstances',
    code: 'RequestLimitExceeded',
    so: 'stays ready, and its timeline is quiet',
    async story(school) {
      const labId = await ask(school);
      await isReadyOnce(school, labId);
      const before = await eventsOf(school, labId);
      for (let times = 0; times < 4; times += 1) {
        school.fake.failNext('DescribeInstances', { code: 'RequestLimitExceeded', ...THROTTLED });
      }
      const since = school.fake.calls('DescribeInstances').length;
      for (let minute = 0; minute < 20; minute += 1) {
        await school.pass(60);
        expect((await school.view(labId)).phase).toBe('ready');
      }
      const codes = school.fake
        .calls('DescribeInstances')
        .slice(since)
        .map(({ code }) => code);
      expect(codes.filter((code) => code === 'RequestLimitExceeded')).toHaveLength(4);
      expect(codes).toContain(undefined);
      expect(await eventsOf(school, labId)).toEqual(before);
    },
  },
  shrugsOff('DescribeInstances', 'InternalError', { status: 500 }),
  ...(['InsufficientInstanceCapacity', 'VcpuLimitExceeded'] as const).map(
    (code): Row => ({
      on: 'StartInstances',
      code,
      so: 'waits, offers another zone after ten minutes, and starts once there is room',
      async story(school) {
        const labId = await switchedOff(school);
        const isFull = code === 'InsufficientInstanceCapacity';
        if (isFull) fullEverywhere(school, 0);
        else school.fake.setQuotas({ onDemandVcpus: 2 });
        await change(school, labId, { power: 'on' });
        await isSaid(school, labId, isFull ? 'NoRoom' : 'AccountVcpuQuota', isFull ? /no room/ : /quota/);
        await school.pass(900);
        const { phase, conditions } = await school.view(labId);
        expect(phase).toBe('starting');
        expect(conditions.MachinesRunning.message).toMatch(
          /delete this lab and ask for a new one, .*another zone/,
        );
        if (isFull) fullEverywhere(school);
        else school.fake.setQuotas({ onDemandVcpus: 100 });
        await isReadyOnce(school, labId);
      },
    }),
  ),
  ...(['IncorrectInstanceState', 'RequestLimitExceeded'] as const).flatMap((code): Row[] => [
    {
      on: 'StartInstances',
      code,
      so: 'starts a moment later',
      async story(school) {
        const labId = await switchedOff(school);
        school.fake.failNext('StartInstances', { code, status: code === 'RequestLimitExceeded' ? 503 : 400 });
        await change(school, labId, { power: 'on' });
        await isReadyOnce(school, labId);
        expect(school.fake.calls('StartInstances').map((call) => call.code)).toEqual([code, undefined]);
      },
    },
    {
      on: 'StopInstances',
      code,
      so: 'stops a moment later',
      async story(school) {
        const labId = await ask(school);
        await isReadyOnce(school, labId);
        school.fake.failNext('StopInstances', { code, status: code === 'RequestLimitExceeded' ? 503 : 400 });
        await change(school, labId, { power: 'off' });
        await school.untilPhase(labId, 'stopped');
        expect(school.fake.calls('StopInstances').map((call) => call.code)).toEqual([code, undefined]);
      },
    },
  ]),
  {
    on: 'StopInstances',
    code: 'UnsupportedOperation',
    so: 'of spot machines is never asked to stop: whoever asks is refused',
    options: spot,
    async story(school) {
      const labId = await ask(school, onSpot);
      await isReadyOnce(school, labId);
      expect(instancesOf(school, labId).map(({ market }) => market)).toEqual(Array(3).fill('spot'));
      await expect(change(school, labId, { power: 'off' })).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringMatching(/made to be deleted, never stopped/),
      });
      await school.pass(600);
      expect(school.fake.calls('StopInstances')).toEqual([]);
      expect((await school.view(labId)).phase).toBe('ready');
    },
  },
  ...(
    [
      ['RequestLimitExceeded', 503, 2],
      ['UnauthorizedOperation', 403, 1],
    ] as const
  ).map(
    ([code, status, calls]): Row => ({
      on: 'ModifyInstanceCreditSpecification',
      code,
      so: calls === 2 ? 'stays ready, and is settled later' : 'stays ready, and nobody asks again',
      async story(school) {
        school.fake.failNext('ModifyInstanceCreditSpecification', { code, status });
        const labId = await ask(school);
        await isReadyOnce(school, labId);
        await school.pass(3600);
        expect((await school.view(labId)).phase).toBe('ready');
        expect(school.fake.calls('ModifyInstanceCreditSpecification')).toHaveLength(calls);
        const credits = instancesOf(school, labId).map((instance) => instance.credits);
        expect(new Set(credits)).toEqual(new Set([calls === 2 ? 'standard' : 'unlimited']));
      },
    }),
  ),
];

describe('an error of EC2', () => {
  test.each(ROWS.map((row) => [`${row.code} on ${row.on}: the lab ${row.so}`, row] as const))(
    '%s',
    async (_, { options = {}, story }) => inSchool(options, story),
    60_000,
  );
});

test('every code that aws-facts.md names has its row, and no row is of another', () => {
  const named = FACTS.flatMap(([action, codes]) => codes.map((code) => `${code} on ${action}`));
  expect([...new Set(ROWS.map(({ code, on }) => `${code} on ${on}`))].sort()).toEqual([...named].sort());
});
