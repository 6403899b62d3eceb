import type { Clock } from '../../shared/core/clock.ts';
import { messageOf } from '../../shared/core/errors.ts';
import type { Log } from '../../shared/core/log.ts';

const HOUR_MILLISECONDS = 3_600_000;

/** A chore by the name that the log has for it. */
export type Chores = Record<string, () => Promise<unknown>>;

/**
 * Chores that are done at a process's first call and once an hour after; one that fails is done again at the next call,
 * and keeps no other from being done.
 */
export function createHourly(chores: Chores, { clock, log }: { clock: Clock; log: Log }) {
  const doneAt = new Map<string, number>();
  return async (): Promise<void> => {
    const due = Object.entries(chores).filter(
      ([name]) => clock.now() - (doneAt.get(name) ?? Number.NEGATIVE_INFINITY) >= HOUR_MILLISECONDS,
    );
    await Promise.all(
      due.map(async ([name, chore]) => {
        try {
          await chore();
          doneAt.set(name, clock.now());
        } catch (error) {
          log.error({ chore: name, reason: messageOf(error) }, 'not done; tried again in a minute');
        }
      }),
    );
  };
}
