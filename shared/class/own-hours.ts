import { type Calendar, type Occurrence, occurrencesBetween } from './calendar.ts';
import { weekOf } from './local-time.ts';
import type { Student } from './student.ts';

/**
 * Seconds of the present week's own hours that are used or taken: the spans, one that is under way up to its end, for
 * what was granted counts until it is given back. Sessions are free, and no second counts twice. The week is ISO 8601's,
 * in the class's zone.
 */
export function ownSecondsUsed({
  ownHours,
  calendar,
  now,
}: {
  ownHours: Student['ownHours'];
  calendar: Calendar;
  now: number;
}): number {
  const week = weekOf(now, calendar.timeZone);
  const spans = ownHours
    .map(({ from, until }) => ({
      start: Math.max(Date.parse(from), week.start),
      end: Math.min(Date.parse(until), week.end),
    }))
    .filter(({ start, end }) => start < end);
  if (spans.length === 0) return 0;
  const sessions = merged(occurrencesBetween(calendar, week.start, week.end));
  const used = merged(spans).map((span) => lengthOf(span) - lengthWithin(span, sessions));
  return used.reduce((total, one) => total + one, 0) / 1000;
}

/** Without overlaps, by start. */
function merged(spans: Occurrence[]): Occurrence[] {
  const whole: Occurrence[] = [];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    const before = whole.at(-1);
    if (before !== undefined && start <= before.end) before.end = Math.max(before.end, end);
    else whole.push({ start, end });
  }
  return whole;
}

function lengthWithin(span: Occurrence, others: Occurrence[]): number {
  return others.reduce((total, other) => {
    const common = { start: Math.max(span.start, other.start), end: Math.min(span.end, other.end) };
    return total + Math.max(0, lengthOf(common));
  }, 0);
}

function lengthOf({ start, end }: Occurrence): number {
  return end - start;
}
