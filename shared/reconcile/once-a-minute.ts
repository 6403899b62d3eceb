/**
 * Is this the first of a minute's ordinary looks? What costs something is looked at so often and no more, and nobody keeps
 * account of when it last was.
 */
export function isOnceAMinute(now: number, observeSeconds: number): boolean {
  return now % 60_000 < observeSeconds * 1000;
}
