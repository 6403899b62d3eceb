import { readDuration } from '../core/duration.ts';
import { currentOrNext, type Occurrence, occurrencesBetween } from './calendar.ts';
import type { ClassSpec } from './class.ts';

/** `specByNow` gives one that has regard to the budget. */
type Timetable = Pick<ClassSpec, 'sessions' | 'timeZone' | 'grace'>;

/** The session that is held at a moment. */
export function sessionAt(spec: Timetable, now: number): Occurrence | undefined {
  const found = currentOrNext(spec, now);
  return found !== undefined && found.start <= now ? found : undefined;
}

/** The first session that begins after a moment. */
export function sessionAfter(spec: Timetable, now: number): Occurrence | undefined {
  const found = currentOrNext(spec, now);
  return found === undefined || found.start > now ? found : currentOrNext(spec, found.end);
}

/** When a session's labs go, or stop: a grace after it. */
export function labsEnd({ grace }: Pick<Timetable, 'grace'>, session: Occurrence): number {
  return session.end + graceMilliseconds(grace);
}

/** Until when a lab is free of charge to its student: in a session, and the grace after it. */
export function freeUntil(spec: Timetable, now: number): number | undefined {
  const held = occurrencesBetween(spec, now - graceMilliseconds(spec.grace), now + 1)
    .filter(({ start }) => start <= now)
    .map((session) => labsEnd(spec, session))
    .filter((end) => end > now);
  return held.length === 0 ? undefined : Math.max(...held);
}

function graceMilliseconds(grace: string): number {
  return (readDuration(grace) ?? 0) * 1000;
}
