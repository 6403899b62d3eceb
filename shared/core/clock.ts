/** The one source of time. Everything that asks "when" takes a clock, so that tests own it. */
export interface Clock {
  /** Now, in whole milliseconds since the epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Milliseconds since the epoch as ISO 8601 in UTC, the form every record and answer uses. */
export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
