/**
 * A moment by a class's clock, as that stands at another moment near it.
 * @param utc `2026-12-01T17:50:40.000Z`
 * @param near local time with its offset: `2026-12-01T19:00+01:00`
 * @returns `18:50:40`, with the day before it where that is another.
 */
export function localClock(utc: string, near: string): string {
  const [, sign = '+', hours = '0', minutes = '0'] = /([+-])(\d{2}):(\d{2})(?::\d{2})?$/.exec(near) ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  const [day = '', time = ''] = new Date(Date.parse(utc) + offset).toISOString().split('T');
  return near.startsWith(day) ? time.slice(0, 8) : `${day} ${time.slice(0, 8)}`;
}
