import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Calendar } from '../../../shared/class/calendar.ts';
import { Session } from '../../../shared/class/class.ts';
import { ownSecondsUsed } from '../../../shared/class/own-hours.ts';

const MINUTE = 60_000;
/** Monday; sessions on Wednesdays from 19:00 to 21:00. */
const MONDAY = Date.parse('2026-03-02T03:00:00Z');
const CALENDAR: Calendar = {
  timeZone: 'America/Sao_Paulo',
  sessions: [
    Session.parse({ start: '2026-02-04T19:00', duration: 'PT2H', weekly: true, until: '2026-06-24' }),
    Session.parse({ start: '2026-03-04T20:00', duration: 'PT2H' }),
  ],
};

/** @param spans minutes since Monday's beginning */
function used(spans: [number, number][], nowMinutes = 1000): number {
  const at = (minutes: number) => new Date(MONDAY + minutes * MINUTE).toISOString();
  const ownHours = spans.map(([from, until]) => ({ from: at(from), until: at(until) }));
  return ownSecondsUsed({ ownHours, calendar: CALENDAR, now: MONDAY + nowMinutes * MINUTE });
}

const WEEK = 7 * 1440;
const WEDNESDAY_19 = 2 * 1440 + 19 * 60;

describe('hours of one’s own', () => {
  it('are what lies outside sessions, one that overlaps another counted once', () => {
    expect(used([])).toBe(0);
    expect(used([[60, 120]])).toBe(3600);
    // From 18:00 to 23:00, of which three hours are sessions.
    expect(used([[WEDNESDAY_19 - 60, WEDNESDAY_19 + 240]])).toBe(2 * 3600);
    expect(used([[WEDNESDAY_19, WEDNESDAY_19 + 180]])).toBe(0);
  });

  it('are those of the week of the class’s zone, from Monday’s midnight to the next', () => {
    expect(used([[-120, 60]])).toBe(3600);
    expect(used([[WEEK - 30, WEEK + 120]])).toBe(1800);
    // The next week's own.
    expect(used([[WEEK - 30, WEEK + 120]], WEEK + 1)).toBe(7200);
    expect(used([[-120, -60]])).toBe(0);
  });

  it('count what was granted and is still to come, until it is given back', () => {
    expect(used([[900, 1100]], 1000)).toBe(200 * 60);
    expect(used([[900, 1000]], 1000)).toBe(100 * 60);
    expect(used([[1000, 900]], 1000)).toBe(0);
  });

  it('are the minutes that a count of all minutes finds', () => {
    const span = fc
      .tuple(fc.integer({ min: -600, max: WEEK + 600 }), fc.integer({ min: 0, max: 800 }))
      .map(([from, length]): [number, number] => [from, from + length]);
    fc.assert(
      fc.property(fc.array(span, { maxLength: 8 }), (spans) => {
        let minutes = 0;
        for (let minute = 0; minute < WEEK; minute += 1) {
          const isSession = minute >= WEDNESDAY_19 && minute < WEDNESDAY_19 + 180;
          if (!isSession && spans.some(([from, until]) => minute >= from && minute < until)) minutes += 1;
        }
        expect(used(spans)).toBe(minutes * 60);
      }),
    );
  });
});
