import { isSlipwayError } from '../core/errors.ts';
import type { DriverReason } from '../ports/driver.ts';
import { type Wait, wait } from './step.ts';

/** Said where a driver's call may not go yet: it tells nothing of the lab's machines. */
export const THROTTLED = 'Throttled';
/** Where there is no room anywhere now. */
export const NO_ROOM_SECONDS = 30;

/** What a lab waits for, and for how long where the driver does not say. */
const WAITS: Record<Exclude<DriverReason, 'refused'>, { reason: string; seconds: number }> = {
  short: { reason: 'NoRoom', seconds: NO_ROOM_SECONDS },
  // An account's limit is raised by people, or freed by labs that end.
  quota: { reason: 'AccountVcpuQuota', seconds: 60 },
  throttled: { reason: THROTTLED, seconds: 2 },
  busy: { reason: 'DriverBusy', seconds: 10 },
};

/** Exactly as long as a driver asks, whichever verb it was; undefined where it gave no reason to wait. */
export function driverWait(error: unknown): Wait | undefined {
  if (!isSlipwayError(error, 'driver_failed')) return undefined;
  const told = error.facts.reason as DriverReason | undefined;
  if (told === undefined || told === 'refused') return undefined;
  const { reason, seconds } = WAITS[told];
  const afterSeconds = Number(error.facts.afterSeconds ?? seconds);
  return wait(Number.isFinite(afterSeconds) ? Math.max(0, afterSeconds) : seconds, reason, error.message);
}
