import { iso } from '../../core/clock.ts';
import { driverWait } from '../driver-trouble.ts';
import { type Run, tell } from '../run.ts';
import { type StepResult, type Wait, wait } from '../step.ts';

/** The record stays small; what was short longest ago may have room again. */
const MOST_REMEMBERED = 12;

/**
 * What to do about a driver that could not launch: elsewhere at once, or later with the reason in words.
 * @throws what is not a driver's reason to wait.
 */
export function launchTrouble(run: Run, error: unknown): StepResult {
  const later = driverWait(error);
  if (later === undefined) throw error;
  return later.reason === 'NoRoom' ? elsewhere(run, later) : later;
}

/** Gives up the placement, not the lab: the next attempt is planned without it. */
function elsewhere(run: Run, later: Wait): StepResult {
  const { intent } = run.status;
  // Nowhere to plan for: every place was short.
  if (intent === undefined || intent.launchedAt !== undefined || intent.abandonedAt !== undefined)
    return later;
  run.status.intent = {
    ...intent,
    short: [...intent.short, intent.placement].slice(-MOST_REMEMBERED),
    abandonedAt: iso(run.deps.clock.now()),
  };
  tell(run, 'NoRoom', `${later.message}; trying elsewhere`);
  return wait(0, 'NoRoom', later.message);
}
