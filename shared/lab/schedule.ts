import type { Lab } from './lab.ts';

/** The warnings of a lab's expiry that are due and not given yet, in minutes before it, longest first. */
export function dueWarnings(lab: Lab, warningMinutes: number[], now: number): number[] {
  const { expiresAt } = lab.spec;
  const given = lab.status.warned?.expiresAt === expiresAt ? lab.status.warned.minutes : [];
  return warningMinutes
    .filter((minutes) => !given.includes(minutes) && now >= Date.parse(expiresAt) - minutes * 60_000)
    .sort((a, b) => b - a);
}

/**
 * When time alone next asks something of a live lab: its next warning, what the driver settles, or its expiry,
 * milliseconds since the epoch.
 */
export function nextDue(lab: Lab, warningMinutes: number[], now: number): number {
  const expiry = Date.parse(lab.spec.expiresAt);
  const moments = warningMinutes.map((minutes) => expiry - minutes * 60_000).filter((moment) => moment > now);
  const settling = lab.spec.power === 'on' ? Date.parse(lab.status.settling?.at ?? '') : Number.NaN;
  // One that is late is seen to whenever the lab is looked at: it wakes nobody twice.
  if (settling > now) moments.push(settling);
  return Math.min(expiry, ...moments);
}

/** The tick moves a due time by this much when it hands it to the queue: should the message be lost, it comes up again. */
export const HANDED_OVER_SECONDS = 180;
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
