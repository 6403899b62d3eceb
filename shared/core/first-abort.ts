/** A composite's sources, for as long as it lives: Node keeps them weakly. */
const sources = new WeakMap<AbortSignal, AbortSignal[]>();

/**
 * Aborts with the first of some signals, or after so long: `AbortSignal.any` with its sources held. By itself it lets a
 * garbage collection take an `AbortSignal.timeout` out of it before its time, and on some of Node 24 and 26 an abort as well
 * (nodejs/node#57736, #65995). It adds no listener to a signal, which may live long.
 * @param signals absent ones are left out.
 */
export function firstAbort(
  signals: (AbortSignal | undefined)[],
  { afterMilliseconds }: { afterMilliseconds?: number } = {},
): AbortSignal {
  const given = signals.filter((signal) => signal !== undefined);
  if (afterMilliseconds !== undefined) given.push(AbortSignal.timeout(afterMilliseconds));
  const first = AbortSignal.any(given);
  sources.set(first, given);
  return first;
}
