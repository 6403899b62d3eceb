/** Moments of log lines, to the nanosecond, since the epoch. */
const SECOND = 1_000_000_000n;
const MOMENT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** ISO 8601 with up to nine places; undefined for what is none. */
export function readMoment(text: string): bigint | undefined {
  const [, whole, fraction = '', zone] = MOMENT.exec(text) ?? [];
  const milliseconds = whole === undefined ? Number.NaN : Date.parse(`${whole}${zone}`);
  if (!Number.isFinite(milliseconds)) return undefined;
  return BigInt(milliseconds / 1000) * SECOND + BigInt(fraction.padEnd(9, '0'));
}

/** In UTC, with all nine places. */
export function writeMoment(nanoseconds: bigint): string {
  const seconds = new Date(Number(nanoseconds / SECOND) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(nanoseconds % SECOND).padStart(9, '0')}Z`;
}
