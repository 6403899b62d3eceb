import { iso } from '../../core/clock.ts';
import { isSlipwayError } from '../../core/errors.ts';
import type { DriverReason } from '../../ports/driver.ts';
import { type Run, tell } from '../run.ts';
import { type StepResult, wait } from '../step.ts';

/** An account's limit is raised by people, or freed by labs that end. */
const QUOTA_SECONDS = 60;
const BUSY_SECONDS = 10;
const THROTTLED_SECONDS = 2;
/** Where there is no room anywhere now. */
export const NO_ROOM_SECONDS = 30;
/** The record stays small; what was short longest ago may have room again. */
const MOST_REMEMBERED = 12;

/**
 * What to do about a driver that could not launch: elsewhere at once, or later with the reason in words.
 * @throws what is not a driver's reason to wait.
 */
export function launchTrouble(run: Run, error: unknown): StepResult {
  const reason = isSlipwayError(error, 'driver_failed') ? (error.facts.reason as DriverReason) : undefined;
  if (!isSlipwayError(error) || reason === undefined || reason === 'refused') throw error;
  const afterSeconds = Number(error.facts.afterSeconds);
  const or = (fallback: number) => (Number.isFinite(afterSeconds) ? afterSeconds : fallback);
  switch (reason) {
    case 'short':
      return elsewhere(run, error.message, or(NO_ROOM_SECONDS));
    case 'quota':
      return wait(or(QUOTA_SECONDS), 'AccountVcpuQuota', error.message);
    case 'throttled':
      return wait(or(THROTTLED_SECONDS), 'Throttled', error.message);
    case 'busy':
      return wait(or(BUSY_SECONDS), 'DriverBusy', error.message);
  }
}

/** Gives up the placement, not the lab: the next attempt is planned without it. */
function elsewhere(run: Run, message: string, afterSeconds: number): StepResult {
  const { intent } = run.status;
  if (intent === undefined || intent.launchedAt !== undefined || intent.abandonedAt !== undefined) {
    // Nowhere to plan for: every place was short.
    return wait(afterSeconds, 'NoRoom', message);
  }
  run.status.intent = {
    ...intent,
    short: [...intent.short, intent.placement].slice(-MOST_REMEMBERED),
    abandonedAt: iso(run.deps.clock.now()),
  };
  tell(run, 'NoRoom', `${message}; trying elsewhere`);
  return wait(0, 'NoRoom', message);
}
