import { iso } from '../core/clock.ts';
import { isSlipwayError, messageOf } from '../core/errors.ts';
import { driverWait } from './driver-trouble.ts';
import type { Run } from './run.ts';

/** Nobody waits for it. */
const AGAIN_SECONDS = 300;

/**
 * Has the driver settle each launch once, a while after its engines came up. It runs beside the steps: whatever becomes of
 * it, the lab is as it is.
 */
export async function settleLaunch(run: Run): Promise<void> {
  const { deps, lab, status } = run;
  const { settleAfterSeconds } = deps.driver;
  const attempt = status.intent?.launchedAt === undefined ? undefined : status.intent.attempt;
  if (settleAfterSeconds === undefined || attempt === undefined) return;
  if (status.settling?.attempt !== attempt) {
    if (status.conditions.EnginesReady.status !== 'True') return;
    status.settling = { attempt, at: iso(deps.clock.now() + settleAfterSeconds * 1000) };
  }
  const { at } = status.settling;
  if (at === undefined || run.now < Date.parse(at)) return;
  try {
    await deps.driver.settle?.(lab.id);
    status.settling = { attempt };
  } catch (error) {
    if (!isSlipwayError(error, 'driver_failed')) throw error;
    deps.log.warn({ lab: lab.id, reason: messageOf(error) }, 'its launch is not settled');
    const afterSeconds = Math.max(AGAIN_SECONDS, driverWait(error)?.afterSeconds ?? 0);
    // What is refused once is refused always.
    status.settling = error.retryable
      ? { attempt, at: iso(deps.clock.now() + afterSeconds * 1000) }
      : { attempt };
  }
}
