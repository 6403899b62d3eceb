import { z } from 'zod';
import { readDuration } from '../../core/duration.ts';
import { readGoDuration } from '../../stack/compose/duration.ts';
import { LogPosition } from './log-position.ts';

/** One line of a service's logs. */
export const LogItem = z
  .object({
    at: z.string().describe('ISO 8601, to the nanosecond'),
    stream: z.enum(['stdout', 'stderr']),
    task: z.string(),
    node: z.string(),
    text: z.string(),
  })
  .meta({ id: 'LogLine' });
export type LogItem = z.output<typeof LogItem>;

const FORMS =
  'must be a cursor, a moment such as 2026-03-02T12:00:00Z, seconds since 1970, or how long ago: 10m, PT10M';
const MOST_TAIL = 10_000;

/** Which lines. */
export const LogQuery = z.strictObject({
  tail: z
    .string()
    .regex(/^(?:all|\d{1,4}|10000)$/, `must be all, or a whole number from 0 to ${MOST_TAIL}`)
    .transform((text) => (text === 'all' ? undefined : Number(text)))
    .optional()
    .describe('The last so many lines of each task, or all'),
  since: z
    .string()
    .max(8000)
    .refine((text) => text === '' || sinceOf(text, 0) !== undefined, FORMS)
    .optional()
    .describe('The cursor of the answer before, a moment, seconds since 1970, or how long ago: 10m'),
});
export type LogQuery = z.output<typeof LogQuery>;

/** @param now milliseconds since the epoch. @returns undefined for what stands for no moment. */
export function sinceOf(text: string, now: number): LogPosition | undefined {
  const position = LogPosition.read(text);
  if (position !== undefined) return position;
  if (/^\d{1,11}(\.\d{1,9})?$/.test(text)) {
    const [seconds = '0', fraction = ''] = text.split('.');
    return new LogPosition(BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0')));
  }
  const ago = readGoDuration(text) ?? secondsAgo(text);
  if (ago === undefined || ago < 0) return undefined;
  const from = BigInt(now) * 1_000_000n - BigInt(Math.round(ago));
  return new LogPosition(from > 0n ? from : 0n);
}

/** An ISO 8601 duration in nanoseconds. */
function secondsAgo(text: string): number | undefined {
  const seconds = readDuration(text);
  return seconds === undefined ? undefined : seconds * 1e9;
}
