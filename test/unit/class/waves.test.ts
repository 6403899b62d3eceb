import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALL_LIMITS } from '../../../shared/adapters/aws/ec2/call-limits.ts';
import { clocksAt, costOf, FRESH, momentOf } from '../../../shared/adapters/aws/ec2/pace-clock.ts';
import {
  type Bucket,
  type LaunchPace,
  launchMoments,
  launchSchedule,
  leadSeconds,
} from '../../../shared/class/waves.ts';

/** RunInstances', as functions/aws-policy.ts has it. */
const EC2: LaunchPace = { requests: { burst: 5, perSecond: 2 }, machines: { burst: 1000, perSecond: 2 } };
const BELL = Date.parse('2026-03-02T19:00:00Z');

interface Launch {
  at: number;
  machines: number;
}

/** The most that any interval from one launch to a later one holds beyond what the bucket gives in it. */
function excess(launches: Launch[], bucket: Bucket, unitsOf: (launch: Launch) => number): number {
  let most = Number.NEGATIVE_INFINITY;
  // The best beginning so far of an interval: what was launched before it, less what was refilled by then.
  let best = Number.POSITIVE_INFINITY;
  let before = 0;
  for (const launch of launches) {
    best = Math.min(best, before - (launch.at / 1000) * bucket.perSecond);
    before += unitsOf(launch);
    const refilled = (launch.at / 1000) * bucket.perSecond;
    most = Math.max(most, before - refilled - best);
  }
  // A lab that is more than a full bucket goes all the same.
  return most - Math.max(bucket.burst, ...launches.map(unitsOf));
}

function keepsPace(launches: Launch[], pace: LaunchPace): boolean {
  const inOrder = [...launches].sort((a, b) => a.at - b.at);
  return (
    excess(inOrder, pace.requests, () => 1) <= 0 &&
    excess(inOrder, pace.machines, ({ machines }) => machines) <= 0
  );
}

const anyBucket = fc.record({
  burst: fc.integer({ min: 2, max: 300 }),
  perSecond: fc.constantFrom(0.5, 1, 2, 5, 20),
});
const anyPace = fc.record({ requests: anyBucket, machines: anyBucket });

describe('launches before a bell', () => {
  it('hold in no interval more than the buckets give, whatever the buckets', () => {
    fc.assert(
      fc.property(
        anyPace,
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 16 }),
        (pace, labs, machinesPerLab) => {
          const moments = launchMoments({ labs, machinesPerLab, pace, readyBy: BELL });
          expect(moments).toHaveLength(labs);
          expect(moments.at(-1)).toBe(BELL);
          expect(moments).toEqual([...moments].sort((a, b) => a - b));
          expect(
            keepsPace(
              moments.map((at) => ({ at, machines: machinesPerLab })),
              pace,
            ),
          ).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('hold it too where several classes share the buckets, none after its own bell', () => {
    const anyDemand = fc.record({
      readyBy: fc.integer({ min: 0, max: 900 }).map((seconds) => BELL + seconds * 1000),
      labs: fc.integer({ min: 0, max: 150 }),
      machinesPerLab: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(anyPace, fc.array(anyDemand, { minLength: 1, maxLength: 4 }), (pace, demands) => {
        const moments = launchSchedule(demands, pace);
        const launches = demands.flatMap(({ machinesPerLab: machines }, index) =>
          (moments[index] ?? []).map((at) => ({ at, machines })),
        );
        expect(moments.map(({ length }) => length)).toEqual(demands.map(({ labs }) => labs));
        for (const [index, { readyBy }] of demands.entries()) {
          expect(Math.max(0, ...(moments[index] ?? []))).toBeLessThanOrEqual(readyBy);
        }
        expect(launches.length === 0 || keepsPace(launches, pace)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('of classes whose bells are far apart are as if each were alone, in whichever order they are told', () => {
    const hour = 3_600_000;
    const bells = [BELL, BELL + 2 * hour, BELL + hour];
    const demands = bells.map((readyBy) => ({ readyBy, labs: 500, machinesPerLab: 3 }));
    const together = launchSchedule(demands, EC2);
    for (const [index, demand] of demands.entries()) {
      const alone = launchMoments({ ...demand, pace: EC2 });
      const apart = alone.map((at, lab) => Math.abs(at - (together[index]?.[lab] ?? 0)));
      expect(Math.max(...apart)).toBeLessThanOrEqual(1);
    }
  });

  it('begin hardly earlier than the buckets make them: some 1,000 s for 1,000 labs of three', () => {
    const lead = leadSeconds({ labs: 1000, machinesPerLab: 3, pace: EC2 });
    // (3,000 - 1,000) / 2, and the headroom of 2 % and 1 %.
    expect(lead).toBeGreaterThan(1000);
    expect(lead).toBeLessThan(1030);
    // Of one machine each the requests bind: (1,000 - 5) / 2.
    const single = leadSeconds({ labs: 1000, machinesPerLab: 1, pace: EC2 });
    expect(single).toBeGreaterThan(497.5);
    expect(single).toBeLessThan(1.03 * 497.5);
  });

  it('spend what refills first and the burst last', () => {
    const moments = launchMoments({ labs: 1000, machinesPerLab: 3, pace: EC2, readyBy: BELL });
    const gaps = moments.slice(1).map((at, index) => at - (moments[index] ?? 0));
    const lead = BELL - (moments[0] ?? 0);
    const middle = moments.filter((at) => at < BELL - lead / 2).length;
    expect(middle).toBeLessThan(400);
    // 1.5 s a lab by its machines first, then half a second by its request, then at once.
    expect(Math.round((gaps[0] ?? 0) / 100)).toBe(15);
    expect(Math.round((gaps[900] ?? 0) / 100)).toBe(5);
    expect(moments.slice(-4)).toEqual([BELL, BELL, BELL, BELL]);
  });

  it('that are late go as soon as the buckets let them, and the others at their moments', () => {
    const early = fc.integer({ min: -400, max: 1200 });
    fc.assert(
      fc.property(
        anyPace,
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 5 }),
        early,
        (pace, labs, machinesPerLab, seconds) => {
          const demand = { labs, machinesPerLab, pace, readyBy: BELL };
          const planned = launchMoments(demand);
          const notBefore = BELL - seconds * 1000;
          const moments = launchMoments({ ...demand, notBefore });
          expect(moments).toEqual([...moments].sort((a, b) => a - b));
          expect(moments.every((at, index) => at >= Math.max(notBefore, planned[index] ?? 0))).toBe(true);
          expect(moments.at(-1)).toBe(Math.max(BELL, notBefore + leadSeconds(demand) * 1000));
          expect(
            keepsPace(
              moments.map((at) => ({ at, machines: machinesPerLab })),
              pace,
            ),
          ).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('go through the driver’s own pacer without waiting', () => {
    for (const machinesPerLab of [1, 3, 16]) {
      const cost = costOf(CALL_LIMITS.RunInstances, 1, machinesPerLab);
      const ends = { requests: 0, instances: 0 };
      for (const now of launchMoments({ labs: 1000, machinesPerLab, pace: EC2, readyBy: BELL })) {
        const clocks = clocksAt(FRESH, now);
        ends.requests = Math.max(ends.requests, clocks.requests) + cost.requests.step;
        ends.instances = Math.max(ends.instances, clocks.instances) + cost.instances.step;
        const place = {
          requests: ends.requests - cost.requests.burst,
          instances: ends.instances - cost.instances.burst,
        };
        expect(momentOf(FRESH, place)).toBeLessThanOrEqual(now + 1);
      }
    }
  });

  it('are all at the last moment where nothing bounds them, and none where there is no lab', () => {
    expect(launchMoments({ labs: 3, machinesPerLab: 3, pace: undefined, readyBy: BELL })).toEqual([
      BELL,
      BELL,
      BELL,
    ]);
    expect(launchMoments({ labs: 0, machinesPerLab: 3, pace: EC2, readyBy: BELL })).toEqual([]);
    expect(leadSeconds({ labs: 0, machinesPerLab: 3, pace: EC2 })).toBe(0);
    expect(leadSeconds({ labs: 4, machinesPerLab: 3, pace: EC2 })).toBe(0);
  });
});
