import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { iso } from '../../../shared/core/clock.ts';
import type { LabSpec } from '../../../shared/lab/lab.ts';
import { dueWarnings, HANDED_OVER_SECONDS, keepsDue, nextDue } from '../../../shared/lab/schedule.ts';
import { aLab } from '../../support/builders.ts';

const MINUTE = 60_000;
const expiresAt = '2026-11-21T12:00:00.000Z';
const expiry = Date.parse(expiresAt);
const lab = () => {
  const built = aLab();
  return { ...built, spec: { ...built.spec, expiresAt } };
};

describe('a lab asks for time', () => {
  test('its next due is the next warning, then the expiry', () => {
    expect(nextDue(lab(), [30, 5], expiry - 60 * MINUTE)).toBe(expiry - 30 * MINUTE);
    expect(nextDue(lab(), [30, 5], expiry - 30 * MINUTE)).toBe(expiry - 5 * MINUTE);
    expect(nextDue(lab(), [30, 5], expiry - MINUTE)).toBe(expiry);
  });

  test('the next due of a live lab is in the future and never after its expiry', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 ** 9 }),
        fc.array(fc.integer({ min: 1, max: 600 })),
        (left, minutes) => {
          const due = nextDue(lab(), minutes, expiry - left);
          expect(due).toBeGreaterThan(expiry - left);
          expect(due).toBeLessThanOrEqual(expiry);
        },
      ),
    );
  });

  test('its next due is its start, then the warnings of its stop, its stop, and of its expiry', () => {
    const built = lab();
    const start = expiry - 120 * MINUTE;
    const stop = expiry - 10 * MINUTE;
    const planned = { ...built, spec: { ...built.spec, startsAt: iso(start), stopsAt: iso(stop) } };
    const dues: number[] = [];
    for (let now = start - 60 * MINUTE; now < expiry; now = dues.at(-1) ?? expiry)
      dues.push(nextDue(planned, [30, 5], now));
    expect(dues.map((due) => (due - expiry) / MINUTE)).toEqual([-120, -40, -30, -15, -10, -5, 0]);
  });

  test('one that is switched off has no start and no stop', () => {
    const built = lab();
    const off: Partial<LabSpec> = {
      power: 'off',
      startsAt: iso(expiry - 60 * MINUTE),
      stopsAt: iso(expiry - 50 * MINUTE),
    };
    const due = nextDue({ ...built, spec: { ...built.spec, ...off } }, [5], expiry - 90 * MINUTE);
    expect(due).toBe(expiry - 5 * MINUTE);
  });

  test('each warning is due once for each expiry', () => {
    const built = lab();
    expect(dueWarnings(built, [5, 30], expiry - 4 * MINUTE)).toEqual([30, 5]);
    const warned = { ...built, status: { ...built.status, warned: { expiresAt, minutes: [30, 5] } } };
    expect(dueWarnings(warned, [5, 30], expiry - 4 * MINUTE)).toEqual([]);
    const extended = { ...warned, spec: { ...warned.spec, expiresAt: '2026-11-21T12:10:00.000Z' } };
    expect(dueWarnings(extended, [5, 30], expiry - 4 * MINUTE)).toEqual([30]);
  });
});

describe('a stored due time', () => {
  const now = expiry - 600 * MINUTE;

  test('serves while it is the wanted one or was handed to the queue', () => {
    expect(keepsDue(expiry, expiry, true, now)).toBe(true);
    expect(keepsDue(expiry + HANDED_OVER_SECONDS * 1000, expiry, true, now)).toBe(true);
    expect(keepsDue(expiry + 181_000, expiry, true, now)).toBe(false);
    expect(keepsDue(undefined, expiry, true, now)).toBe(false);
  });

  test('that would wake a settled lab for nothing does not serve', () => {
    expect(keepsDue(now + 60_000, expiry, true, now)).toBe(false);
  });

  test('of a lab on its way serves until it is near, so that not every look writes', () => {
    expect(keepsDue(now + 40_000, now + 60_000, false, now)).toBe(true);
    expect(keepsDue(now + 10_000, now + 60_000, false, now)).toBe(false);
  });

  test('is never kept when it is more than three minutes late', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 0, max: 10 ** 9 }),
        fc.boolean(),
        (stored, ahead, settled) => {
          if (keepsDue(stored, now + ahead, settled, now))
            expect(stored).toBeLessThanOrEqual(now + ahead + HANDED_OVER_SECONDS * 1000);
        },
      ),
    );
  });
});
