import { Temporal } from 'temporal-polyfill';
import { readDuration } from '../core/duration.ts';
import type { InputIssue } from '../core/errors.ts';
import { guess } from '../core/nearest.ts';
import type { Session } from './class.ts';
import { isTimeZone } from './local-time.ts';

/** When a class meets. What is told of it is true of what `calendarIssues` finds nothing wrong with. */
export interface Calendar {
  sessions: Session[];
  /** IANA name. */
  timeZone: string;
}

/** One time that a class meets, milliseconds since the epoch. */
export interface Occurrence {
  start: number;
  end: number;
}

/** What a clock change does to a session: its local time does not exist, or comes twice, or it changes before the end. */
type ClockChange = 'skipped' | 'twice' | 'within';

/** One time that a class meets, with where it comes from. */
export interface PlannedOccurrence extends Occurrence {
  /** Of its session, in the calendar. */
  index: number;
  clockChange?: ClockChange;
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/**
 * Those that overlap a span, by start; `from` is inclusive, `to` exclusive. Sessions that overlap each other are each
 * told, never merged: who counts time must count it once, and the plan warns of them.
 *
 * A session begins when the wall clock of the class's zone shows its time, whatever summer time does. A time that is
 * skipped begins as much later as the clock is moved; one that comes twice begins the first time. How long it lasts is
 * elapsed time.
 */
export function occurrencesBetween({ sessions, timeZone }: Calendar, from: number, to: number): Occurrence[] {
  return sessions
    .flatMap((session) => {
      const line = lineOf(session, timeZone);
      const found: Occurrence[] = [];
      for (let week = line.weekAt(from); week <= line.lastWeek; week += 1) {
        const one = line.occurrence(week);
        if (one === undefined) continue;
        if (one.start >= to) break;
        if (one.end > from) found.push(one);
      }
      return found;
    })
    .sort(byStart);
}

/** The one that is on, or else the next: the first, by start, whose end is still to come. */
export function currentOrNext({ sessions, timeZone }: Calendar, now: number): Occurrence | undefined {
  return sessions
    .flatMap((session) => {
      const line = lineOf(session, timeZone);
      for (let week = line.weekAt(now); week <= line.lastWeek; week += 1) {
        const one = line.occurrence(week);
        if (one !== undefined && one.end > now) return [one];
      }
      return [];
    })
    .sort(byStart)[0];
}

/** When the last of all is over, milliseconds since the epoch; minus infinity where there is none. */
export function lastEnd({ sessions, timeZone }: Calendar): number {
  const ends = sessions.map((session) => {
    const line = lineOf(session, timeZone);
    for (let week = line.lastWeek; week >= 0; week -= 1) {
      const one = line.occurrence(week);
      if (one !== undefined) return one.end;
    }
    return Number.NEGATIVE_INFINITY;
  });
  return Math.max(...ends, Number.NEGATIVE_INFINITY);
}

/** All that end after a moment, by start, each with its session and what a clock change does to it. */
export function plannedOccurrences({ sessions, timeZone }: Calendar, from: number): PlannedOccurrence[] {
  return sessions
    .flatMap((session, index) => {
      const line = lineOf(session, timeZone);
      const found: PlannedOccurrence[] = [];
      for (let week = line.weekAt(from); week <= line.lastWeek; week += 1) {
        const one = line.occurrence(week);
        if (one === undefined || one.end <= from) continue;
        const clockChange = line.clockChange(week, one.end);
        found.push({ ...one, index, ...(clockChange === undefined ? {} : { clockChange }) });
      }
      return found;
    })
    .sort(byStart);
}

/** A session's occurrences by week, the first being week 0. */
interface SessionLine {
  /** The last that is not past `until`; -1 where there is none. */
  lastWeek: number;
  /** A week none before which is still on at the moment. */
  weekAt(moment: number): number;
  /** Undefined where that day is an exception. */
  occurrence(week: number): Occurrence | undefined;
  clockChange(week: number, end: number): ClockChange | undefined;
}

function lineOf(session: Session, timeZone: string): SessionLine {
  const first = Temporal.PlainDateTime.from(session.start);
  const lasts = (readDuration(session.duration) ?? 0) * 1000;
  const except = new Set(session.except);
  const at = (week: number) => first.add({ weeks: week });
  const startOf = (week: number) => at(week).toZonedDateTime(timeZone).epochMilliseconds;
  // No zone is a day from UTC, and no clock change moves a session by more.
  const firstInUtc = first.toZonedDateTime('UTC').epochMilliseconds;
  return {
    lastWeek: lastWeekOf(session, first),
    weekAt: (moment) =>
      session.weekly ? Math.max(0, Math.floor((moment - lasts - 2 * DAY_MS - firstInUtc) / WEEK_MS)) : 0,
    occurrence(week) {
      if (except.has(at(week).toPlainDate().toString())) return undefined;
      const start = startOf(week);
      return { start, end: start + lasts };
    },
    clockChange(week, end) {
      const local = at(week);
      const start = local.toZonedDateTime(timeZone);
      if (!start.toPlainDateTime().equals(local)) return 'skipped';
      const later = local.toZonedDateTime(timeZone, { disambiguation: 'later' });
      if (later.epochMilliseconds !== start.epochMilliseconds) return 'twice';
      const { offsetNanoseconds } = start.add({ milliseconds: end - start.epochMilliseconds });
      return offsetNanoseconds === start.offsetNanoseconds ? undefined : 'within';
    },
  };
}

function lastWeekOf({ weekly, until }: Session, first: Temporal.PlainDateTime): number {
  if (!weekly || until === undefined) return 0;
  // `until` is a day of the wall clock, and counts whole.
  return Math.floor(first.toPlainDate().until(until, { largestUnit: 'days' }).days / 7);
}

function byStart(a: Occurrence, b: Occurrence): number {
  return a.start - b.start || a.end - b.end;
}

/** A year of weeks and one: a class is a course, not a standing arrangement. */
const MOST_WEEKS = 53;

/** Everything that is wrong with a calendar, by pointer into the class that has it. */
export function calendarIssues({ sessions, timeZone }: Calendar): InputIssue[] {
  const zone = isTimeZone(timeZone) ? [] : [{ pointer: '/timeZone', message: noZone(timeZone) }];
  const issues = [
    ...zone,
    ...sessions.flatMap((session, index) => sessionIssues(session, `/sessions/${index}`)),
  ];
  if (issues.length === 0 && lastEnd({ sessions, timeZone }) === Number.NEGATIVE_INFINITY) {
    const message = 'holds no session: give at least one that `except` does not take out';
    issues.push({ pointer: '/sessions', message });
  }
  return issues;
}

function noZone(given: string): string {
  const words = 'is no time zone of the IANA database, such as America/Sao_Paulo or UTC';
  return `${words}: ${guess(given, Intl.supportedValuesOf('timeZone'))}an offset alone knows no summer time`;
}

function sessionIssues({ start, weekly, until, except }: Session, pointer: string): InputIssue[] {
  const first = dateTimeOf(start);
  if (first === undefined) {
    return [{ pointer: `${pointer}/start`, message: `${start} is no moment of any calendar: correct it` }];
  }
  const issues: InputIssue[] = [];
  const found = (field: string, message: string) => issues.push({ pointer: `${pointer}/${field}`, message });
  if (!weekly) {
    if (until !== undefined) found('until', 'goes with `weekly: true`: set that too, or leave this out');
    if (except.length > 0) found('except', 'goes with `weekly: true`: set that too, or leave this out');
    return issues;
  }
  if (until === undefined) {
    found('until', 'is missing: a weekly session needs the last day on which it begins, such as 2026-06-29');
    return issues;
  }
  const days = first.toPlainDate().until(until, { largestUnit: 'days' }).days;
  if (days < 0) found('until', `is before the first session of ${start}: give that day or a later one`);
  if (days > MOST_WEEKS * 7) {
    found('until', `is more than ${MOST_WEEKS} weeks after ${start}: plan the rest when it is nearer`);
  }
  return issues;
}

function dateTimeOf(text: string): Temporal.PlainDateTime | undefined {
  try {
    return Temporal.PlainDateTime.from(text);
  } catch {
    return undefined;
  }
}
