import { describe, expect, it } from 'vitest';
import { currentOrNext } from '../../../shared/class/calendar.ts';
import { Session } from '../../../shared/class/class.ts';
import { ClassPlan } from '../../../shared/class/class-plan.ts';
import { type PlanInput, planClass } from '../../../shared/class/plan.ts';
import { priceTableOf } from '../../../shared/class/price-tables.ts';
import { launchMoments, STOP_PACE, TERMINATE_PACE } from '../../../shared/class/waves.ts';

const HOUR = 3600;
const NOW = Date.parse('2026-02-20T12:00:00Z');
const MACHINE = { type: 't3.small', vcpus: 2, memoryMiB: 2048, diskGigabytes: 8 };
const EC2 = { requests: { burst: 5, perSecond: 2 }, machines: { burst: 1000, perSecond: 2 } };
/** Four weeks that hold a change to summer time and a holiday. */
const WEEKLY = {
  start: '2026-03-17T19:00',
  duration: 'PT2H',
  weekly: true,
  until: '2026-04-14',
  except: ['2026-04-07'],
};

interface Change {
  now?: number;
  sessions?: unknown[];
  spec?: Partial<PlanInput['spec']>;
  students?: number;
  labs?: PlanInput['labs'];
  lab?: Partial<PlanInput['lab']>;
  policy?: Partial<PlanInput['policy']>;
  account?: PlanInput['account'];
  spentUsd?: number;
}

function inputOf(change: Change = {}): PlanInput {
  return {
    now: change.now ?? NOW,
    spec: {
      timeZone: 'Europe/Berlin',
      after: 'delete',
      grace: 'PT15M',
      ...change.spec,
      sessions: (change.sessions ?? [WEEKLY]).map((session) => Session.parse(session)),
    },
    roster: { added: change.students ?? 1000, removed: 0, changed: 0, unchanged: 0 },
    labs: change.labs ?? { kept: 0, running: 0, leaving: 0 },
    lab: { machines: 3, managers: 3, memoryMiB: 300, ...change.lab },
    policy: {
      readySeconds: 90,
      launchPace: EC2,
      machine: MACHINE,
      prices: priceTableOf('us-east-1') as NonNullable<PlanInput['policy']['prices']>,
      ...change.policy,
    },
    account: change.account,
    ...(change.spentUsd === undefined ? {} : { spentUsd: change.spentUsd }),
  };
}

function plan(change: Change = {}): ClassPlan {
  return ClassPlan.parse(planClass(inputOf(change)));
}

function codes(change: Change): string[] {
  return plan(change).warnings.map(({ code }) => code);
}

/** Machines that a cloud would bill, lab by lab: launched at its moment, ended when its turn comes after the grace. */
function simulatedUsd(input: PlanInput, students: number, after: 'delete' | 'stop'): number {
  const { prices, machine, readySeconds } = input.policy;
  if (prices === undefined || machine === undefined) throw new Error('nothing is priced');
  const hour = (prices.machineHour[machine.type] ?? 0) + prices.addressHour;
  const diskHour = (machine.diskGigabytes * prices.diskGigabyteMonth) / 730;
  const labs = { labs: students, machinesPerLab: input.lab.machines };
  let usd = 0;
  let first: number | undefined;
  let now = input.now;
  for (let one = currentOrNext(input.spec, now); one !== undefined; one = currentOrNext(input.spec, now)) {
    const launches = launchMoments({ ...labs, pace: EC2, readyBy: one.start - readySeconds * 1000 });
    // EC2's own buckets, a forward line: the mirror of launches before a bell.
    const waits = launchMoments({
      ...labs,
      pace: after === 'delete' ? TERMINATE_PACE : STOP_PACE,
      readyBy: 0,
    });
    waits.reverse();
    const { end } = one;
    first ??= launches[0];
    for (const [index, launch] of launches.entries()) {
      const hours = (end + 900_000 - (waits[index] ?? 0) - launch) / 3_600_000;
      usd += input.lab.machines * hours * (hour + (after === 'delete' ? diskHour : 0));
    }
    now = end;
  }
  if (after === 'stop') {
    usd += (students * input.lab.machines * diskHour * (now + 900_000 - (first ?? 0))) / 3_600_000;
  }
  return usd;
}

describe('a plan', () => {
  it('tells sessions, launches and readiness of a thousand labs across a clock change and a holiday', () => {
    const told = plan();
    expect(told.sessions).toBe(4);
    expect(told.next.map(({ localStart, start }) => [localStart, start])).toEqual([
      ['2026-03-17T19:00+01:00', '2026-03-17T18:00:00.000Z'],
      ['2026-03-24T19:00+01:00', '2026-03-24T18:00:00.000Z'],
      ['2026-03-31T19:00+02:00', '2026-03-31T17:00:00.000Z'],
      ['2026-04-14T19:00+02:00', '2026-04-14T17:00:00.000Z'],
    ]);
    expect(told.labs).toEqual({ create: 1000, keep: 0, remove: 0, machines: 3 });
    expect(told.waves).toMatchObject({
      labs: 1000,
      firstLaunchAt: told.next[0]?.launchFrom,
      lastLaunchAt: '2026-03-17T17:58:30.000Z',
      readyAt: '2026-03-17T18:00:00.000Z',
    });
    expect(told.waves?.leadSeconds).toBeGreaterThan(1090);
    expect(told.waves?.leadSeconds).toBeLessThan(1120);
    expect(told.waves?.perMinute.reduce((sum, labs) => sum + labs, 0)).toBe(1000);
    expect(told.warnings).toEqual([]);
  });

  it('launches all labs a spare earlier, and says so, unless the class itself says when', () => {
    const policy = { readySeconds: 90, spareSeconds: 240 };
    const spared = plan({ policy });
    expect(spared.waves).toMatchObject({
      lastLaunchAt: '2026-03-17T17:54:30.000Z',
      readyAt: '2026-03-17T17:56:00.000Z',
    });
    expect(spared.assumptions).toContainEqual(
      expect.stringContaining('launched 4 min earlier than that asks'),
    );
    const told = plan({ policy, spec: { leadTime: 'PT2M' } });
    expect(told.waves?.lastLaunchAt).toBe('2026-03-17T17:58:00.000Z');
    expect(told.assumptions.join()).not.toContain('earlier than that asks');
  });

  it('prices either way to end a session as a walk through every lab of it does, within a thousandth', () => {
    for (const [students, machines] of [
      [1000, 3],
      [1000, 1],
      [8, 1],
      [40, 3],
    ] as const) {
      for (const after of ['delete', 'stop'] as const) {
        const change: Change = { students, lab: { machines }, spec: { after } };
        const { price } = plan(change);
        const simulated = simulatedUsd(inputOf(change), students, after);
        expect(Math.abs(price.totalUsd / simulated - 1)).toBeLessThan(0.001);
        expect(price.totalUsd).toBe(after === 'delete' ? price.deleteUsd : price.stopUsd);
      }
    }
  });

  it('says that stopping a weekly lesson costs more in disks than making its labs anew saves', () => {
    // aws-facts.md: 1.92 a month in disks against 1.34 of a lab made anew for four lessons of four hours.
    const { price } = plan({ sessions: [{ ...WEEKLY, duration: 'PT4H' }], students: 1 });
    expect(price.stopUsd).toBeGreaterThan(price.deleteUsd);
    // Five weeks less a day and what of the sessions themselves is paid for either way.
    const disks = (8 * 0.08 * 3) / 730;
    const between = 28 * 24 - 3 * (4 + (900 + 90) / HOUR) - 1;
    expect((price.stopUsd - price.deleteUsd) / (disks * between)).toBeCloseTo(1, 1);
  });

  it('tells the price of a session, a week, and with everybody’s own hours', () => {
    const change = { students: 1, lab: { machines: 1 }, policy: {}, spec: { hoursQuota: 'PT2H' } };
    const { price } = plan(change);
    const hour = 0.0208 + 0.005 + (8 * 0.08) / 730;
    const session = (2 * HOUR + 900 + 90) / HOUR;
    expect(price.firstSessionUsd).toBeCloseTo(session * hour, 3);
    expect(price.perWeekUsd).toBeCloseTo(price.totalUsd / 4, 4);
    // From now to the last session there are eight weeks, the present one included.
    expect((price.withOwnHoursUsd ?? 0) - price.totalUsd).toBeCloseTo(9 * 2 * hour, 3);
    expect(plan({ ...change, spec: {} }).price.withOwnHoursUsd).toBeUndefined();
  });

  it('prices sessions so close that the same labs serve them from the first bell to the last end', () => {
    const start = '2026-03-17T19:00';
    const close = [
      { start, duration: 'PT1H' },
      { start: '2026-03-17T20:10', duration: 'PT50M' },
    ];
    const [two, one] = [plan({ sessions: close }), plan({ sessions: [{ start, duration: 'PT2H' }] })];
    expect(two.sessions).toBe(2);
    expect(two.price).toEqual(one.price);
    expect(two.waves).toEqual(one.waves);
    // Between the two they run, and nobody's is launched.
    const now = Date.parse('2026-03-17T19:05:00Z');
    const between = plan({ now, sessions: close, labs: { kept: 1000, running: 1000, leaving: 0 } });
    expect(between).toMatchObject({ sessions: 1, labs: { create: 0 }, waves: { labs: 0 } });
    const left = 1000 * (70 / 60) * 3 * (0.0258 + (8 * 0.08) / 730);
    expect(between.price.totalUsd / left).toBeCloseTo(1, 1);
  });

  it('counts only what is left of a session that is on, and launches the rest at once as fast as may be', () => {
    const now = Date.parse('2026-03-17T19:00:00Z');
    const labs = { kept: 990, running: 990, leaving: 2 };
    const told = plan({ now, labs });
    expect(told.labs).toEqual({ create: 10, keep: 990, remove: 2, machines: 3 });
    expect(told.waves).toMatchObject({ labs: 10, firstLaunchAt: '2026-03-17T19:00:00.000Z' });
    expect(told.warnings.map(({ code }) => code)).toEqual(['too_near']);
    const ready = Date.parse(told.waves?.readyAt ?? '') - now;
    expect(ready).toBeGreaterThan(90_000);
    expect(ready).toBeLessThan(95_000);
    // An hour and the grace, of which the ten have a little less.
    const whole = 1000 * 1.25 * 3 * (0.0258 + (8 * 0.08) / 730);
    expect(told.price.firstSessionUsd / whole).toBeGreaterThan(0.98);
    expect(told.price.firstSessionUsd / whole).toBeLessThan(1.03);
  });

  it('makes labs anew for the next session, unless those that are there are only stopped', () => {
    const labs = { kept: 10, running: 3, leaving: 0 };
    expect(plan({ labs, students: 12 }).labs.create).toBe(12);
    const stopped = plan({ labs, students: 12, spec: { after: 'stop' } });
    expect(stopped.labs).toMatchObject({ create: 2, keep: 10 });
    expect(stopped.waves?.labs).toBe(12);
  });

  it('tells how many labs the account lets in', () => {
    const account = {
      vcpus: { quota: 256, used: 16 },
      addresses: { total: 400, used: 350 },
      securityGroups: { quota: 2500, used: 2450 },
    };
    const told = plan({ students: 100, account });
    expect(told.vcpus).toEqual({ needed: 600, quota: 256, used: 16, missing: 360, admittedLabs: 40 });
    expect(told.addresses).toEqual({ needed: 300, quota: 400, used: 350, missing: 250, admittedLabs: 16 });
    expect(told.securityGroups).toEqual({
      needed: 100,
      quota: 2500,
      used: 2450,
      missing: 50,
      admittedLabs: 50,
    });
    expect(told.warnings.map(({ code }) => code)).toEqual(['vcpu_quota', 'addresses', 'security_groups']);
    expect(told.warnings[0]?.message).toContain('40 labs get in and the rest wait in order');
    expect(codes({ students: 40, account: { vcpus: account.vcpus } })).toEqual([]);
    // Thirty run already: they are in, and ten more of the rest.
    const now = Date.parse('2026-03-17T19:00:00Z');
    const labs = { kept: 30, running: 30, leaving: 0 };
    expect(
      plan({ now, labs, students: 100, account: { vcpus: { quota: 256, used: 196 } } }).vcpus,
    ).toMatchObject({
      needed: 420,
      missing: 360,
      admittedLabs: 40,
    });
    // Used by more than there is, as where a quota was lowered.
    expect(plan({ students: 1, account: { vcpus: { quota: 5, used: 9 } } }).vcpus).toMatchObject({
      missing: 6,
      admittedLabs: 0,
    });
  });

  it('is all zeros and says so where nothing is priced or bounded, as on one machine', () => {
    const { spec, roster, labs, lab } = inputOf({ students: 8 });
    const told = ClassPlan.parse(
      planClass({ now: NOW, spec, roster, labs, lab, policy: { readySeconds: 30 } }),
    );
    expect(told.price).toMatchObject({ priced: false, totalUsd: 0, stopUsd: 0 });
    expect(told.waves).toMatchObject({ leadSeconds: 30, perMinute: [8] });
    expect([told.vcpus, told.addresses, told.securityGroups]).toEqual([undefined, undefined, undefined]);
    expect(told.assumptions.join()).toContain('nothing is priced');
    expect(told.warnings).toEqual([]);
  });

  it('of a class whose last session is over holds nothing to make', () => {
    const told = plan({ now: Date.parse('2026-05-01T00:00:00Z') });
    expect(told).toMatchObject({ sessions: 0, next: [], labs: { create: 0 }, price: { totalUsd: 0 } });
    expect(told.waves).toBeUndefined();
    expect(told.warnings.map(({ code }) => code)).toEqual(['session_past']);
  });

  it('takes less than 200 ms for a thousand students, five weekly sessions and a year', () => {
    const sessions = [1, 2, 3, 4, 5].map((day) => ({
      start: `2026-03-0${day}T19:00`,
      duration: 'PT3H',
      weekly: true,
      until: '2027-03-01',
    }));
    const times = [0, 1, 2].map(() => {
      const begun = performance.now();
      const told = planClass(inputOf({ sessions, spec: { hoursQuota: 'PT5H' } }));
      expect(told.sessions).toBeGreaterThan(255);
      return performance.now() - begun;
    });
    expect(Math.min(...times)).toBeLessThan(200);
  });
});

describe('a plan warns', () => {
  it('of two managers, and of machines too small for the stacks', () => {
    expect(codes({ lab: { managers: 2 } })).toEqual(['two_managers']);
    // Three of 2,048 MiB leave 3 x 1,648.
    expect(codes({ lab: { memoryMiB: 4944 } })).toEqual([]);
    expect(codes({ lab: { memoryMiB: 4945 } })).toEqual(['machine_too_small']);
  });

  it('of sessions that overlap, on the wall clock or only across a clock change', () => {
    const onDay = (day: string) => [
      { start: `${day}T00:00`, duration: 'PT2H30M' },
      { start: `${day}T02:30`, duration: 'PT2H' },
    ];
    const short = { students: 4, spec: { grace: 'PT0S' }, policy: { readySeconds: 0 } };
    // One begins as the other ends: the same labs serve both.
    expect(codes({ ...short, sessions: onDay('2026-03-28') })).toEqual(['sessions_close']);
    // 02:30 is skipped: the second begins at 03:30, when the first, an hour longer by the clock, ends.
    expect(codes({ ...short, sessions: onDay('2026-03-29') })).toEqual([
      'local_time_skipped',
      'clock_change_within',
      'sessions_close',
    ]);
    const night = [
      { start: '2026-03-28T22:00', duration: 'PT5H' },
      { start: '2026-03-29T03:00', duration: 'PT1H' },
    ];
    const [, overlap] = plan({ ...short, sessions: night }).warnings;
    expect(overlap).toMatchObject({ code: 'sessions_overlap' });
    expect(overlap?.message).toContain('across a clock change');
    expect(codes({ sessions: [WEEKLY, { start: '2026-03-24T20:00', duration: 'PT1H' }] })).toEqual([
      'sessions_overlap',
    ]);
  });

  it('of a local time that comes twice', () => {
    const told = plan({ sessions: [{ start: '2026-10-25T02:30', duration: 'PT1H' }] });
    expect(told.warnings).toMatchObject([{ code: 'local_time_twice' }]);
    expect(told.warnings[0]?.message).toContain('2026-10-25T02:30+02:00');
  });

  it('of sessions so close that the same labs serve both', () => {
    const sessions = [
      { start: '2026-03-17T19:00', duration: 'PT1H' },
      { start: '2026-03-17T20:30', duration: 'PT1H' },
    ];
    expect(codes({ sessions })).toEqual(['sessions_close']);
    // Four labs are launched after the others have gone.
    expect(codes({ sessions, students: 4 })).toEqual([]);
  });

  it('of a session that is over, too near, or too short a lead', () => {
    const past = { start: '2026-02-01T19:00', duration: 'PT1H' };
    expect(codes({ sessions: [past, WEEKLY] })).toEqual(['session_past']);
    const now = Date.parse('2026-03-17T17:50:00Z');
    const near = plan({ now });
    expect(near.warnings.map(({ code }) => code)).toEqual(['too_near']);
    // Ten minutes before the bell; the launches need seventeen.
    expect(Date.parse(near.waves?.readyAt ?? '')).toBeGreaterThan(Date.parse('2026-03-17T18:07:00Z'));
    expect(Date.parse(near.waves?.readyAt ?? '')).toBeLessThan(Date.parse('2026-03-17T18:10:00Z'));
    expect(codes({ spec: { leadTime: 'PT1M' } })).toEqual(['lead_too_short']);
    expect(codes({ spec: { leadTime: 'PT5M' } })).toEqual([]);
  });

  it('of a budget that is less than what is planned, what was spent included', () => {
    const { price } = plan();
    const budget = (usd: number) => ({ usd, stopAtSessionEnd: false });
    expect(codes({ spec: { budget: budget(price.totalUsd + 1) } })).toEqual([]);
    expect(codes({ spec: { budget: budget(price.totalUsd - 1) } })).toEqual(['budget']);
    expect(codes({ spec: { budget: budget(price.totalUsd + 1) }, spentUsd: 2 })).toEqual(['budget']);
    const own = plan({ spec: { budget: budget(price.totalUsd + 1), hoursQuota: 'PT1H' } }).warnings;
    expect(own[0]?.message).toContain('enough for the sessions, but not');
  });

  it('of a type without a price, and of a budget that can never bite', () => {
    const machine = { ...MACHINE, type: 'm9.huge' };
    expect(codes({ policy: { machine } })).toEqual(['no_price']);
    const { spec, roster, labs, lab } = inputOf({ spec: { budget: { usd: 5, stopAtSessionEnd: false } } });
    const local = planClass({ now: NOW, spec, roster, labs, lab, policy: { readySeconds: 30 } });
    expect(local.warnings).toMatchObject([{ code: 'no_price' }]);
  });

  it('of many of a kind with the first three and a number', () => {
    const sessions = Array.from({ length: 9 }, (_, index) => ({
      start: `2026-01-0${index + 1}T19:00`,
      duration: 'PT1H',
    }));
    const { warnings } = plan({ sessions: [...sessions, WEEKLY] });
    expect(warnings.map(({ code }) => code)).toEqual(['session_past', 'session_past', 'session_past']);
    expect(warnings[2]?.message).toContain('and 6 more like this');
  });
});
