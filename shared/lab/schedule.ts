import type { Lab } from './lab.ts';
import { isEarly, powerAt, stopOf } from './power.ts';

/** The warnings of a lab's expiry that are due and not given yet, in minutes before it, longest first. */
export function dueWarnings(lab: Lab, warningMinutes: number[], now: number): number[] {
  const { expiresAt } = lab.spec;
  const given = lab.status.warned?.expiresAt === expiresAt ? lab.status.warned.minutes : [];
  return dueOf(Date.parse(expiresAt), given, warningMinutes, now);
}

/** The same of its planned stop, while it runs. */
export function dueStopWarnings(lab: Lab, warningMinutes: number[], now: number): number[] {
  const { stopsAt } = lab.spec;
  const stop = stopOf(lab.spec);
  if (stop === undefined || powerAt(lab, now) === 'off') return [];
  const given = lab.status.stopWarned?.stopsAt === stopsAt ? lab.status.stopWarned?.minutes : undefined;
  return dueOf(stop, given ?? [], warningMinutes, now);
}

function dueOf(end: number, given: number[], warningMinutes: number[], now: number): number[] {
  return warningMinutes
    .filter((minutes) => !given.includes(minutes) && now >= end - minutes * 60_000)
    .sort((a, b) => b - a);
}

/**
 * When time alone next asks something of a live lab: its start, its stop, the next warning of its stop or expiry, what the
 * driver settles, or its expiry, milliseconds since the epoch.
 */
export function nextDue(lab: Lab, warningMinutes: number[], now: number): number {
  const { spec, status } = lab;
  const expiry = Date.parse(spec.expiresAt);
  const isOn = spec.power === 'on';
  const start = isOn && isEarly(spec, now) ? Date.parse(spec.startsAt ?? '') : undefined;
  const stop = isOn ? stopOf(spec) : undefined;
  const ends = stop === undefined ? [expiry] : [expiry, stop];
  const warnings = ends.flatMap((end) => warningMinutes.map((minutes) => end - minutes * 60_000));
  // While it waits for its moment nobody need be warned of its end.
  const moments = [...warnings, ...ends].filter((moment) => moment > (start ?? now));
  if (start !== undefined) moments.push(start);
  const settling = powerAt(lab, now) === 'on' ? Date.parse(status.settling?.at ?? '') : Number.NaN;
  // One that is late is seen to whenever the lab is looked at: it wakes nobody twice.
  if (settling > now) moments.push(settling);
  return Math.min(expiry, ...moments);
}

/**
 * The tick, once a minute, hands to the queue what is due before the next one, with the exact delay. It moves the due time
 * by as much: should the message be lost, it comes up again. By less, and the next tick would hand it over anew before its
 * moment; by more, and a class's lab that loses two would be late.
 */
export const HANDED_OVER_SECONDS = 60;
/** A lab that is on its way is found again by the tick this long after its next look, should all messages be lost. */
export const BACKSTOP_SECONDS = 60;
/** And one that is being launched this long after: a run that died is surely over; HOLD_SECONDS of functions/reconcile. */
export const LAUNCH_BACKSTOP_SECONDS = 35;
/** A lab on its way is not saved anew at each look only to move its backstop. */
const FRESH_SECONDS = 20;

/**
 * Does the stored due time still serve, so that nothing need be written?
 * @param wanted when the lab must be looked at, milliseconds since the epoch
 * @param settled nothing is under way: then a due before the wanted one would only wake it for nothing
 * @param quietUntil before this moment there is nothing to be done for it
 */
export function keepsDue(
  stored: number | undefined,
  wanted: number,
  settled: boolean,
  now: number,
  quietUntil = now,
): boolean {
  if (stored === undefined) return false;
  const soonest = settled ? wanted : Math.min(wanted, Math.max(quietUntil, now + FRESH_SECONDS * 1000));
  return stored >= soonest && stored <= wanted + HANDED_OVER_SECONDS * 1000;
}
