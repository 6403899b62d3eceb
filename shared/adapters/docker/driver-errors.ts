import { isSlipwayError, messageOf, SlipwayError } from '../../core/errors.ts';

/** Did the engine answer with one of these statuses? */
export function refusedWith(error: unknown, ...statuses: number[]): boolean {
  return isSlipwayError(error, 'engine_refused') && statuses.includes(Number(error.facts.status));
}

/** For a verb whose thing may be gone or done already: these statuses are success. */
export async function unless(statuses: number[], work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!refusedWith(error, ...statuses)) throw error;
  }
}

/** The engine's errors in the driver's own: what the engine itself failed at may go well the next time. */
export function driverError(what: string, error: unknown): SlipwayError {
  if (isSlipwayError(error, 'driver_failed')) return error;
  const status = isSlipwayError(error) ? Number(error.facts.status) : Number.NaN;
  const retryable = isSlipwayError(error, 'engine_unreachable') || status >= 500 || status === 409;
  return new SlipwayError('driver_failed', `${what}: ${messageOf(error)}`, {
    cause: error,
    retryable,
    facts: isSlipwayError(error) ? error.facts : {},
  });
}

/** Does all, and only then throws what the first that failed threw: one bad name spares no other. */
export async function each<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled(items.map(work));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}
