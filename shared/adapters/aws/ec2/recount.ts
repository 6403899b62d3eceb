import type { AccountUsage } from './account-usage.ts';
import type { Admission } from './admission.ts';
import type { AdmissionStore, Usage } from './admission-store.ts';
import { combine, NO_USAGE, QUOTA_NAMES } from './usage.ts';

/** EC2 may tell so late of what was made, or ended. */
const LAG_MS = 60_000;

/**
 * Puts right what crashes left wrong: what labs hold and no longer use is released, and the count follows the sum of
 * what they hold. A difference counts only once it was there at the last recount too: within one, runs are under way.
 * @param usage as EC2 was asked from `askedAt` on, milliseconds since the epoch: what changed since is left as it is.
 * @returns what others than the labs that hold something use.
 */
export async function recountUsage(
  { store, admission }: { store: AdmissionStore; admission: Admission },
  { all, byLab, askedAt }: AccountUsage & { askedAt: number },
): Promise<Usage> {
  const holdings = await store.all();
  for (const { labId, usage, changedAt } of holdings) {
    if (changedAt > askedAt - LAG_MS) continue;
    const used = byLab.get(labId) ?? NO_USAGE;
    const holdsMore = QUOTA_NAMES.some((name) => usage[name] > used[name]);
    if (holdsMore) await admission.keep(labId, used, false);
  }
  const counted = await store.used();
  const sums = sumOf((await store.all()).map(({ usage }) => usage));
  const drift = combine((name) => counted[name] - sums[name]);
  const before = await store.lastDrift();
  const lasting = combine((name) => lastingOf(before[name], drift[name]));
  if (QUOTA_NAMES.some((name) => lasting[name] !== 0)) await store.count(combine((name) => -lasting[name]));
  await store.saveDrift(combine((name) => drift[name] - lasting[name]));

  const ours = sumOf(holdings.map(({ labId }) => byLab.get(labId) ?? NO_USAGE));
  return combine((name) => Math.max(0, all[name] - ours[name]));
}

/** As much of it as was there both times. */
function lastingOf(before: number, now: number): number {
  if (Math.sign(before) !== Math.sign(now)) return 0;
  return Math.sign(now) * Math.min(Math.abs(before), Math.abs(now));
}

function sumOf(all: Usage[]): Usage {
  return combine((name) => all.reduce((sum, usage) => sum + usage[name], 0));
}
