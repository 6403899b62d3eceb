import { sweep } from '../../shared/reconcile/sweep.ts';
import { tellMetrics } from '../metrics.ts';

/**
 * The sweep, and what else is looked at account-wide while it is at it.
 * @param recount what others use of the account's quotas, for admission.
 */
export async function sweepAccount(
  deps: Parameters<typeof sweep>[0],
  recount: () => Promise<unknown>,
  tell: typeof tellMetrics = tellMetrics,
): Promise<void> {
  const [swept, recounted] = await Promise.allSettled([sweep(deps), recount()]);
  if (swept.status === 'fulfilled') {
    const { orphans, held } = swept.value;
    tell(deps.policy.deployment, { Orphans: orphans.length, SweepHeld: held ? 1 : 0 }, deps.clock.now());
  }
  for (const outcome of [swept, recounted]) if (outcome.status === 'rejected') throw outcome.reason;
}
