import { z } from 'zod';
import { byKind, refuse } from './by-kind.ts';

const PART = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g;
const WHOLE = /^[-+]?(0|((\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$/;
/** Nobody means one that is longer, and reading it takes its time. */
const LONGEST_TEXT = 200;
const NANOSECONDS: Record<string, bigint> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
/** Go's durations are 64 bits. */
const LONGEST = 2n ** 63n - 1n;

/**
 * Go's duration (`1m30s`) in nanoseconds, as the Engine takes it; undefined for what is none, and for one past 2500 h
 * that no JavaScript number holds to the nanosecond.
 */
export function readGoDuration(text: string): number | undefined {
  if (text.length > LONGEST_TEXT || !WHOLE.test(text)) return undefined;
  let sum = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(PART)) {
    const one = NANOSECONDS[unit] ?? 0n;
    sum += BigInt(whole || '0') * one + (BigInt(fraction || '0') * one) / 10n ** BigInt(fraction.length);
    if (sum > LONGEST) return undefined;
  }
  const nanoseconds = Number(sum);
  if (BigInt(nanoseconds) !== sum) return undefined;
  return text.startsWith('-') && nanoseconds !== 0 ? -nanoseconds : nanoseconds;
}

/** A duration, below zero too. */
export const AnyDuration = byKind({
  text: z.string().transform((text, context) => {
    const nanoseconds = readGoDuration(text);
    if (nanoseconds !== undefined) return nanoseconds;
    refuse(context, [], `must be a duration such as 10s or 1m30s, not "${text}"`);
    return z.NEVER;
  }),
});

/** A duration; the CLI passes on one below zero, and no swarm takes it. */
export const Duration = AnyDuration.refine((nanoseconds) => nanoseconds >= 0, 'must not be negative');
