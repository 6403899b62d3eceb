import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { iso } from '../../../shared/core/clock.ts';
import { foldUsage, type LabUsage, type PaidMachine, usageAt } from '../../../shared/lab/usage.ts';
import { START } from '../../support/builders.ts';

const TYPES = ['t3.small', 't3.medium'] as const;

/** What becomes of one of a lab's places for machines in a step of a history. */
const Step = fc.record({
  afterMs: fc.integer({ min: 0, max: 5_000_000 }),
  place: fc.integer({ min: 0, max: 3 }),
  act: fc.constantFrom('launch', 'see', 'stop', 'start', 'remove', 'look'),
  type: fc.constantFrom(...TYPES),
  diskGigabytes: fc.integer({ min: 0, max: 30 }),
});

interface Truth {
  type: string;
  diskGigabytes: number;
  launchedAt: number;
  isSeen: boolean;
  isRunning: boolean;
}

describe('usage', () => {
  test('is the integral of what ran, stood stopped and lay on disks, whatever happened', () => {
    fc.assert(
      fc.property(fc.array(Step, { maxLength: 60 }), (steps) => {
        const places = new Map<number, Truth>();
        const sums = { disk: 0 } as Record<string, number>;
        let now = START;
        let usage: LabUsage | undefined;
        const add = (key: string, amount: number) => {
          sums[key] = (sums[key] ?? 0) + amount;
        };
        for (const { afterMs, place, act, type, diskGigabytes } of steps) {
          // The plain integral, piece by piece. What is never seen is never known of.
          for (const truth of places.values()) {
            if (!truth.isSeen) continue;
            add(`${truth.isRunning ? 'running' : 'stopped'} ${truth.type}`, afterMs / 1000);
            add('disk', (truth.diskGigabytes * afterMs) / 1000);
          }
          now += afterMs;
          const truth = places.get(place);
          let newSince: number | undefined;
          if (act === 'launch' && truth === undefined) {
            places.set(place, { type, diskGigabytes, launchedAt: now, isSeen: false, isRunning: true });
          } else if (act === 'see' && truth?.isSeen === false) {
            truth.isSeen = true;
            newSince = truth.launchedAt;
            add(`running ${truth.type}`, (now - newSince) / 1000);
            add('disk', (truth.diskGigabytes * (now - newSince)) / 1000);
          } else if ((act === 'stop' || act === 'start') && truth?.isSeen) truth.isRunning = act === 'start';
          else if (act === 'remove') places.delete(place);

          const machines = [...places].flatMap(([each, one]): PaidMachine[] => {
            const { isSeen, isRunning } = one;
            const isNew = each === place && newSince !== undefined;
            const kind = { type: one.type, diskGigabytes: one.diskGigabytes, isRunning };
            return isSeen ? [isNew ? { ...kind, newSince: one.launchedAt } : kind] : [];
          });
          usage = foldUsage(usage, machines, now);
        }
        const known = usage === undefined ? undefined : usageAt(usage, now);
        for (const type of TYPES) {
          expect(known?.machineSeconds[type] ?? 0).toBeCloseTo(sums[`running ${type}`] ?? 0, 5);
          expect(known?.stoppedSeconds[type] ?? 0).toBeCloseTo(sums[`stopped ${type}`] ?? 0, 5);
        }
        expect(known?.diskGigabyteSeconds ?? 0).toBeCloseTo(sums.disk ?? 0, 4);
      }),
    );
  });

  const machine: PaidMachine = { type: 't3.small', diskGigabytes: 8, isRunning: true };

  test('is the very same while what is paid for is, so that time alone writes nothing', () => {
    const first = foldUsage(undefined, [{ ...machine, newSince: START - 7000 }], START);
    expect(first).toEqual({
      machineSeconds: { 't3.small': 7 },
      stoppedSeconds: {},
      diskGigabyteSeconds: 56,
      since: iso(START),
      running: { 't3.small': 1 },
      stopped: {},
      diskGigabytes: 8,
    });
    expect(foldUsage(first, [machine], START + 5_000_000)).toBe(first);
  });

  test('is none of a lab of which nothing ever ran', () => {
    expect(foldUsage(undefined, [], START)).toBeUndefined();
  });

  test('of a clock that went back takes nothing off', () => {
    const first = foldUsage(undefined, [machine], START);
    const second = foldUsage(first, [], START - 60_000);
    expect(second?.machineSeconds).toEqual({});
    expect(second?.since).toBe(iso(START));
  });
});
