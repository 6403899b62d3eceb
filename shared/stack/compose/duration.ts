import { z } from 'zod';
import { byKind, refuse } from './by-kind.ts';

const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;
const WHOLE = /^\+?(0|((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$/;
const NANOSECONDS: Record<string, number> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Go's duration (`1m30s`) in nanoseconds, as the Engine takes it; undefined for what is none. */
export function readGoDuration(text: string): number | undefined {
  if (!WHOLE.test(text)) return undefined;
  const parts = [...text.matchAll(PART)].map(
    ([, amount, unit]) => Number(amount) * (NANOSECONDS[unit ?? ''] ?? 0),
  );
  const nanoseconds = Math.trunc(parts.reduce((sum, part) => sum + part, 0));
  return Number.isSafeInteger(nanoseconds) ? nanoseconds : undefined;
}

export const Duration = byKind({
  text: z.string().transform((text, context) => {
    const nanoseconds = readGoDuration(text);
    if (nanoseconds !== undefined) return nanoseconds;
    refuse(context, [], `must be a duration such as 10s or 1m30s, at most 2500h, not "${text}"`);
    return z.NEVER;
  }),
});
