import { Temporal } from 'temporal-polyfill';

/** Is it a name of the IANA database? An offset is none: it knows no summer time. */
export function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

/** A moment, milliseconds since the epoch, as the zone's clock shows it: `2026-03-02T19:00-03:00`. */
export function localTime(moment: number, timeZone: string): string {
  return zoned(moment, timeZone).toString({ timeZoneName: 'never', smallestUnit: 'minute' });
}

/** The week of the zone that a moment is in, from its Monday as ISO 8601 has it; milliseconds since the epoch. */
export function weekOf(moment: number, timeZone: string): { start: number; end: number } {
  const day = zoned(moment, timeZone).toPlainDate();
  const monday = day.subtract({ days: day.dayOfWeek - 1 });
  // A day begins at its first moment, which is not midnight everywhere.
  const beginOf = (date: Temporal.PlainDate) => date.toZonedDateTime(timeZone).epochMilliseconds;
  return { start: beginOf(monday), end: beginOf(monday.add({ weeks: 1 })) };
}

function zoned(moment: number, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(timeZone);
}
