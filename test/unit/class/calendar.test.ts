import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import {
  type Calendar,
  calendarIssues,
  currentOrNext,
  lastEnd,
  occurrencesBetween,
  plannedOccurrences,
} from '../../../shared/class/calendar.ts';
import { Session } from '../../../shared/class/class.ts';
import { localTime, weekOf } from '../../../shared/class/local-time.ts';

const HOUR = 3_600_000;

function calendarOf(sessions: unknown[], timeZone = 'Europe/Berlin'): Calendar {
  return { sessions: sessions.map((session) => Session.parse(session)), timeZone };
}

function all(calendar: Calendar): string[] {
  return occurrencesBetween(calendar, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY).map(
    ({ start, end }) =>
      `${localTime(start, calendar.timeZone)} ${localTime(end, calendar.timeZone).slice(11, 16)}`,
  );
}

describe('sessions', () => {
  it('keep to the wall clock when summer time begins and ends', () => {
    const spring = calendarOf([
      { start: '2026-03-24T19:00', duration: 'PT2H', weekly: true, until: '2026-04-07' },
    ]);
    const autumn = calendarOf([
      { start: '2026-10-20T19:00', duration: 'PT2H', weekly: true, until: '2026-10-27' },
    ]);
    expect(all(spring)).toEqual([
      '2026-03-24T19:00+01:00 21:00',
      '2026-03-31T19:00+02:00 21:00',
      '2026-04-07T19:00+02:00 21:00',
    ]);
    expect(all(autumn)).toEqual(['2026-10-20T19:00+02:00 21:00', '2026-10-27T19:00+01:00 21:00']);
  });

  it('begin later by the gap where their time is skipped, and the first time where it comes twice', () => {
    const calendar = calendarOf([
      { start: '2026-03-29T02:30', duration: 'PT1H' },
      { start: '2026-10-25T02:30', duration: 'PT1H' },
    ]);
    expect(all(calendar)).toEqual(['2026-03-29T03:30+02:00 04:30', '2026-10-25T02:30+02:00 02:30']);
    expect(plannedOccurrences(calendar, 0).map(({ clockChange }) => clockChange)).toEqual([
      'skipped',
      'twice',
    ]);
  });

  it('last as long as they say, whatever the clock shows at their end', () => {
    const calendar = calendarOf([{ start: '2026-03-28T23:00', duration: 'PT8H' }]);
    const [night] = plannedOccurrences(calendar, 0);
    expect(night).toMatchObject({ clockChange: 'within' });
    expect((night?.end ?? 0) - (night?.start ?? 0)).toBe(8 * HOUR);
    expect(all(calendar)).toEqual(['2026-03-28T23:00+01:00 08:00']);
  });

  it('begin on the day of `until` too, cross the end of a month, and leave exceptions out', () => {
    const calendar = calendarOf([
      {
        start: '2027-01-30T23:30',
        duration: 'PT2H',
        weekly: true,
        until: '2027-03-06',
        except: ['2027-02-13', '2027-02-20'],
      },
    ]);
    expect(all(calendar)).toEqual([
      '2027-01-30T23:30+01:00 01:30',
      '2027-02-06T23:30+01:00 01:30',
      '2027-02-27T23:30+01:00 01:30',
      '2027-03-06T23:30+01:00 01:30',
    ]);
  });

  it('of one moment or many come by their start, those that overlap each on its own', () => {
    const calendar = calendarOf([
      { start: '2026-05-06T19:00', duration: 'PT2H', weekly: true, until: '2026-05-13' },
      { start: '2026-05-06T20:00', duration: 'PT4H' },
      { start: '2026-05-01T09:00', duration: 'PT1H' },
    ]);
    expect(all(calendar)).toEqual([
      '2026-05-01T09:00+02:00 10:00',
      '2026-05-06T19:00+02:00 21:00',
      '2026-05-06T20:00+02:00 00:00',
      '2026-05-13T19:00+02:00 21:00',
    ]);
  });

  it('know which of them is on, which is next, and when all is over', () => {
    const calendar = calendarOf(
      [
        {
          start: '2026-03-02T19:00',
          duration: 'PT2H',
          weekly: true,
          until: '2026-03-17',
          except: ['2026-03-09'],
        },
      ],
      'America/Sao_Paulo',
    );
    const first = Date.parse('2026-03-02T22:00:00Z');
    const second = Date.parse('2026-03-16T22:00:00Z');
    const at = (moment: number) => currentOrNext(calendar, moment)?.start;
    expect(at(0)).toBe(first);
    expect(at(first + 2 * HOUR - 1)).toBe(first);
    // At its end it is over.
    expect(at(first + 2 * HOUR)).toBe(second);
    expect(at(second + 2 * HOUR)).toBeUndefined();
    expect(lastEnd(calendar)).toBe(second + 2 * HOUR);
  });

  it('count in a span by overlap, its end left out', () => {
    const calendar = calendarOf([{ start: '2026-05-06T19:00', duration: 'PT2H' }], 'UTC');
    const start = Date.parse('2026-05-06T19:00:00Z');
    const count = (from: number, to: number) => occurrencesBetween(calendar, from, to).length;
    expect(count(start - 1, start)).toBe(0);
    expect(count(start - 1, start + 1)).toBe(1);
    expect(count(start + 2 * HOUR - 1, start + 3 * HOUR)).toBe(1);
    expect(count(start + 2 * HOUR, start + 3 * HOUR)).toBe(0);
  });
});

const ZONES = [
  'America/Sao_Paulo',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Africa/Casablanca',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'UTC',
];

const anyCalendar: fc.Arbitrary<Calendar> = fc.record({
  timeZone: fc.constantFrom(...ZONES),
  sessions: fc.array(
    fc
      .record({
        day: fc.integer({ min: 0, max: 900 }),
        minute: fc.integer({ min: 0, max: 1439 }),
        minutes: fc.integer({ min: 5, max: 1440 }),
        weeks: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
        slack: fc.integer({ min: 0, max: 6 }),
        missing: fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 4 }),
      })
      .map(({ day, minute, minutes, weeks, slack, missing }) => {
        const start = Temporal.PlainDateTime.from('2025-06-01T00:00').add({ days: day, minutes: minute });
        const dayOf = (week: number, more = 0) =>
          start.toPlainDate().add({ weeks: week, days: more }).toString();
        return Session.parse({
          start: start.toString({ smallestUnit: 'minute' }),
          duration: `PT${minutes}M`,
          weekly: weeks !== undefined,
          ...(weeks === undefined
            ? {}
            : { until: dayOf(weeks, slack), except: missing.map((week) => dayOf(week)) }),
        });
      }),
    { minLength: 1, maxLength: 4 },
  ),
});

/** Week by week and day by day, as slowly as can be. */
function byHand({ sessions, timeZone }: Calendar) {
  const found: { start: number; end: number }[] = [];
  for (const { start, duration, weekly, until, except } of sessions) {
    let local = Temporal.PlainDateTime.from(start);
    const last = weekly && until !== undefined ? until : local.toPlainDate().toString();
    while (local.toPlainDate().toString() <= last) {
      if (!except.includes(local.toPlainDate().toString())) {
        const begin = local.toZonedDateTime(timeZone, { disambiguation: 'compatible' });
        found.push({ start: begin.epochMilliseconds, end: begin.add(duration).epochMilliseconds });
      }
      local = local.add({ days: 7 });
    }
  }
  return found.sort((a, b) => a.start - b.start || a.end - b.end);
}

describe('any calendar', () => {
  const moment = fc.integer({ min: Date.parse('2025-05-01'), max: Date.parse('2028-06-01') });

  it('tells of any span what a walk over all its days tells', () => {
    fc.assert(
      fc.property(
        anyCalendar,
        moment,
        fc.integer({ min: 0, max: 100 * 24 * HOUR }),
        (calendar, from, length) => {
          const to = from + length;
          const whole = byHand(calendar);
          expect(occurrencesBetween(calendar, from, to)).toEqual(
            whole.filter(({ start, end }) => start < to && end > from),
          );
          expect(currentOrNext(calendar, from)).toEqual(whole.find(({ end }) => end > from));
          expect(lastEnd(calendar)).toBe(Math.max(Number.NEGATIVE_INFINITY, ...whole.map(({ end }) => end)));
          expect(plannedOccurrences(calendar, from).map(({ start, end }) => ({ start, end }))).toEqual(
            whole.filter(({ end }) => end > from),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it('has a week of its zone from Monday to Monday around any moment', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), moment, (timeZone, now) => {
        const { start, end } = weekOf(now, timeZone);
        expect(start <= now && now < end).toBe(true);
        expect(Math.abs(end - start - 168 * HOUR)).toBeLessThanOrEqual(HOUR);
        const begin = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(timeZone);
        expect([begin.dayOfWeek, begin.startOfDay().epochMilliseconds]).toEqual([1, start]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a calendar that cannot be', () => {
  const weekly = { start: '2026-03-02T19:00', duration: 'PT2H', weekly: true };
  const issues = (sessions: unknown[], timeZone?: string) => calendarIssues(calendarOf(sessions, timeZone));

  it('is told of by pointer, everything at once', () => {
    expect(
      issues(
        [
          weekly,
          { ...weekly, until: '2026-03-01' },
          { ...weekly, until: '2027-03-09' },
          { start: '2026-02-30T19:00', duration: 'PT2H' },
          { start: '2026-03-02T19:00', duration: 'PT2H', until: '2026-04-01', except: ['2026-03-09'] },
          { ...weekly, until: '2026-03-02' },
        ],
        'Europe/Berln',
      ).map(({ pointer }) => pointer),
    ).toEqual([
      '/timeZone',
      '/sessions/0/until',
      '/sessions/1/until',
      '/sessions/2/until',
      '/sessions/3/start',
      '/sessions/4/until',
      '/sessions/4/except',
    ]);
  });

  it('is told which zone was meant, and that an offset is none', () => {
    const [near] = issues([{ ...weekly, until: '2026-03-02' }], 'America/SaoPaulo');
    expect(near?.message).toContain('did you mean "America/Sao_Paulo"?');
    for (const zone of ['+02:00', '', 'Mars/Olympus']) {
      expect(issues([{ ...weekly, until: '2026-03-02' }], zone)).toMatchObject([{ pointer: '/timeZone' }]);
    }
    for (const zone of ['UTC', 'america/sao_paulo', 'Asia/Kolkata']) {
      expect(issues([{ ...weekly, until: '2026-03-02' }], zone)).toEqual([]);
    }
  });

  it('is one without a session, all of them being exceptions; 53 weeks are still a calendar', () => {
    expect(issues([{ ...weekly, until: '2026-03-08', except: ['2026-03-02'] }])).toMatchObject([
      { pointer: '/sessions' },
    ]);
    expect(issues([{ ...weekly, until: '2027-03-08' }])).toEqual([]);
  });
});
