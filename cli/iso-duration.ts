import { UsageError } from './errors.ts';

const SHORT = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?$/i;

/** `1d2h30m` as ISO 8601 has it; what is ISO 8601 already stays. @throws UsageError */
export function isoDuration(text: string): string {
  const duration = durationOf(text);
  if (duration === undefined) throw new UsageError(`"${text}" is no duration; write 2h, 90m, 1d or PT2H`);
  return duration;
}

/** The same; undefined for what is none. */
export function durationOf(text: string): string | undefined {
  if (/^P/i.test(text)) return text.toUpperCase();
  const [whole, days, hours, minutes] = SHORT.exec(text) ?? [];
  if (whole === undefined || whole === '') return undefined;
  const time = `${hours === undefined ? '' : `${hours}H`}${minutes === undefined ? '' : `${minutes}M`}`;
  return `P${days === undefined ? '' : `${days}D`}${time === '' ? '' : `T${time}`}`;
}
