import { messageOf } from '../../shared/core/errors.ts';
import { stuckReason } from '../../shared/lab/stuck.ts';
import type { Deps } from '../../shared/ports/deps.ts';

/** Of what is due, the longest first: what does not move on is due again and again, and so comes by. */
const MOST = 50;

/**
 * Labs that are due and have long been where they should have left by themselves. To be asked before the tick moves
 * what is due.
 */
export async function countStuck({
  clock,
  log,
  labs,
  policy,
}: Pick<Deps, 'clock' | 'log' | 'labs' | 'policy'>): Promise<number> {
  const now = clock.now();
  const { items } = await labs.listDue({ until: now, limit: MOST });
  const reasons = await Promise.all(
    items.map(async ({ labId }) => {
      const reason = await labs.load(labId).then(
        (found) => found && stuckReason(found.lab, now, policy.readyWithinSeconds),
        // One that nobody can read must not keep the tick from the others.
        (error: unknown) => messageOf(error),
      );
      if (reason !== undefined) log.error({ lab: labId, reason }, 'stuck');
      return reason;
    }),
  );
  return reasons.filter((reason) => reason !== undefined).length;
}
