import { z } from 'zod';

const DURATION = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?(?:(\d+)us)?$/;
const SECOND = 1_000_000_000;

/** Go's durations (`1m30s`) in nanoseconds, as the Engine takes them. */
export const Duration = z.string().transform((text, context) => {
  const match = text === '' ? null : DURATION.exec(text);
  if (match === null) {
    context.addIssue(`must be a duration such as 1m30s, not "${text}"`);
    return z.NEVER;
  }
  const [hours, minutes, seconds, milliseconds, microseconds] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  return Math.round(
    ((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * SECOND +
      (milliseconds ?? 0) * 1_000_000 +
      (microseconds ?? 0) * 1_000,
  );
});

const SIZE = /^(\d+(?:\.\d+)?)\s*([kmgtp]?)i?b?$/i;
const POWERS = ['', 'k', 'm', 'g', 't', 'p'];

/** Docker's sizes (`50M`, `1gb`, `512`) in bytes; a letter is a power of 1024. */
export const Size = z.union([z.string(), z.number().int().nonnegative()]).transform((given, context) => {
  const match = SIZE.exec(String(given));
  if (match === null) {
    context.addIssue(`must be a size such as 50M, not "${given}"`);
    return z.NEVER;
  }
  return Math.floor(Number(match[1]) * 1024 ** POWERS.indexOf((match[2] ?? '').toLowerCase()));
});

/** Processors (`"0.1"`) in billionths, as the Engine takes them. */
export const Cpus = z.string().transform((text, context) => {
  if (!/^\d*\.?\d+$/.test(text)) {
    context.addIssue(`must be a number of processors in quotes, such as "0.1", not "${text}"`);
    return z.NEVER;
  }
  return Math.round(Number(text) * 1_000_000_000);
});
