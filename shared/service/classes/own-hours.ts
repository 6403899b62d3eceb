import type { Class } from '../../class/class.ts';
import { ownSecondsUsed } from '../../class/own-hours.ts';
import { withSpan } from '../../class/own-spans.ts';
import { sessionAfter } from '../../class/session-times.ts';
import type { Student } from '../../class/student.ts';
import { iso } from '../../core/clock.ts';
import { readDuration, writeDuration } from '../../core/duration.ts';
import { SlipwayError } from '../../core/errors.ts';
import type { Deps } from '../../ports/deps.ts';
import { changeStudent } from './change-student.ts';

/** Less is no use: a lab is not up by then. */
const LEAST_SECONDS = 60;

/**
 * What a student has left of this week's hours outside sessions, in seconds.
 * @throws SlipwayError `quota` with the numbers where that is nothing, or the class gives none.
 */
export function ownSecondsLeft(found: Class, { ownHours }: Pick<Student, 'ownHours'>, now: number): number {
  const allowedSeconds = secondsGiven(found, now);
  const usedSeconds = Math.ceil(ownSecondsUsed({ ownHours, calendar: found.spec, now }));
  if (allowedSeconds - usedSeconds >= LEAST_SECONDS) return allowedSeconds - usedSeconds;
  const why = `gives ${writeDuration(allowedSeconds)} a week outside its sessions, and ${writeDuration(usedSeconds)} of this week's are used`;
  throw refusal(found, now, why, { usedSeconds, allowedSeconds });
}

/** @throws SlipwayError `quota` where the class gives none. */
function secondsGiven(found: Class, now: number): number {
  const { hoursQuota } = found.spec;
  if (hoursQuota !== undefined) return readDuration(hoursQuota) ?? 0;
  const why = 'gives no hours outside its sessions';
  throw refusal(found, now, why, { usedSeconds: 0, allowedSeconds: 0 });
}

/**
 * Takes hours of a student's own. What it holds already of the span is not taken again.
 * @throws SlipwayError `quota` where the week's are less.
 */
export async function takeOwnHours(
  deps: Pick<Deps, 'classes' | 'clock'>,
  found: Class,
  email: string,
  span: { from: number; until: number },
): Promise<void> {
  const now = deps.clock.now();
  const taken = await changeStudent(deps, found.id, email, (student) => {
    requireOnRoster(found, student);
    const ownHours = withSpan(student.ownHours, span, now);
    if (JSON.stringify(ownHours) === JSON.stringify(student.ownHours)) return undefined;
    requireWithin(found, student, ownHours, now);
    return { ...student, ownHours };
  });
  requireOnRoster(found, taken);
}

/** @throws SlipwayError `forbidden` for one who is on the roster no more. */
export function requireOnRoster({ id }: Class, student: Student | undefined): void {
  if (student !== undefined && student.removedAt === undefined) return;
  throw new SlipwayError('forbidden', `you are on the roster of class ${id} no more; ask your instructor`);
}

function requireWithin(found: Class, student: Student, ownHours: Student['ownHours'], now: number): void {
  const allowedSeconds = secondsGiven(found, now);
  const secondsOf = (spans: Student['ownHours']) =>
    Math.ceil(ownSecondsUsed({ ownHours: spans, calendar: found.spec, now }));
  const wanted = secondsOf(ownHours);
  if (wanted <= allowedSeconds) return;
  const usedSeconds = secondsOf(student.ownHours);
  const left = writeDuration(Math.max(0, allowedSeconds - usedSeconds));
  throw refusal(
    found,
    now,
    `leaves you ${left} of this week's hours outside its sessions, and this would take ${writeDuration(wanted - usedSeconds)}`,
    { usedSeconds, allowedSeconds },
  );
}

function refusal(found: Class, now: number, why: string, facts: Record<string, unknown>): SlipwayError {
  const next = sessionAfter(found.spec, now);
  const cure = next === undefined ? 'no session is to come' : `the next session begins at ${iso(next.start)}`;
  return new SlipwayError('quota', `class ${found.id} ${why}; ${cure}`, { facts });
}
