import type { Clock } from '../core/clock.ts';
import { SlipwayError } from '../core/errors.ts';

/** Counts in memory who called how often; a process that starts again begins at nought. */
export interface RateLimit {
  /** Counts one call. @throws SlipwayError `rate_limited`, `facts.afterSeconds` telling when to come again. */
  take(caller: string): void;
}

/** So many callers are counted at once; beyond them the one counted longest is forgotten, never the memory's end. */
const MOST_CALLERS = 10_000;

/** At most `limit` calls of each caller in a window that begins with its first call. */
export function createRateLimit(clock: Clock, limit: number, windowSeconds: number): RateLimit {
  const windows = new Map<string, { endsAt: number; calls: number }>();
  return {
    take(caller) {
      const now = clock.now();
      const open = windows.get(caller);
      if (open === undefined || now >= open.endsAt) {
        windows.delete(caller);
        windows.set(caller, { endsAt: now + windowSeconds * 1000, calls: 1 });
        const [oldest] = windows.keys();
        if (windows.size > MOST_CALLERS && oldest !== undefined) windows.delete(oldest);
        return;
      }
      open.calls += 1;
      if (open.calls <= limit) return;
      const afterSeconds = Math.ceil((open.endsAt - now) / 1000);
      throw new SlipwayError(
        'rate_limited',
        `more than ${limit} calls in ${windowSeconds} s; come again in ${afterSeconds} s`,
        { facts: { afterSeconds } },
      );
    },
  };
}
