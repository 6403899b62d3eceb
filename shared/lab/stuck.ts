import { CONDITION_NAMES } from './conditions.ts';
import type { Lab } from './lab.ts';
import { launchedAt, WAITS_FOR_ROOM } from './launched.ts';
import { mustGoDown } from './phase.ts';
import { powerAt } from './power.ts';

/** Going down takes a few minutes: machines first, then their network. */
const DOWN_SECONDS = 15 * 60;
/** Past its own deadline a lab fails by itself; this much later it should have. */
const LATE_SECONDS = 5 * 60;

/**
 * Why a lab is where it should have left by itself: what an operator looks at, since no retry of ours helped.
 * @param readyWithinSeconds as the policy has it.
 */
export function stuckReason(lab: Lab, now: number, readyWithinSeconds: number): string | undefined {
  const { spec, status, createdAt } = lab;
  if (status.deletedAt !== undefined) return undefined;
  if (mustGoDown(lab, now)) {
    const quietSince = Date.parse(status.events.at(-1)?.at ?? createdAt);
    const since = Math.max(quietSince, expiredAt(lab, now));
    return now - since > DOWN_SECONDS * 1000 ? 'is going down and does not get there' : undefined;
  }
  // Quotas are raised by people, who are told of the missing number: that is another alarm's.
  const waits = CONDITION_NAMES.some((name) => WAITS_FOR_ROOM.has(status.conditions[name].reason));
  if (waits) return undefined;
  // Until its moment came nothing was to be done for it.
  const since = Math.max(launchedAt(status) ?? Date.parse(createdAt), Date.parse(spec.startsAt ?? createdAt));
  const isLate = now - since > (readyWithinSeconds + LATE_SECONDS) * 1000;
  // With a swarm that works it is usable: stacks that do not come up are told to their owner.
  const isUsable = status.readyAt !== undefined || status.conditions.SwarmReady.status === 'True';
  return isLate && !isUsable && powerAt(lab, now) === 'on' ? 'is neither ready nor failed' : undefined;
}

function expiredAt({ spec }: Lab, now: number): number {
  const expiresAt = Date.parse(spec.expiresAt);
  return expiresAt <= now ? expiresAt : 0;
}
