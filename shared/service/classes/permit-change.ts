import { endsWithSession, specByNow } from '../../class/budget.ts';
import type { Class } from '../../class/class.ts';
import { freeUntil, sessionAfter } from '../../class/session-times.ts';
import { SlipwayError } from '../../core/errors.ts';
import type { Lab } from '../../lab/lab.ts';
import { isEarly, powerAt } from '../../lab/power.ts';
import type { LabChange } from '../change-lab.ts';
import { endOf, wishedEnd } from '../lab-end.ts';
import { requireBudgetLeft } from './budget-left.ts';
import type { ClassRuleDeps, Terms } from './class-rules.ts';
import { ownSecondsLeft, takeOwnHours } from './own-hours.ts';

/** How long a lab that an instructor starts outside sessions runs, unless they say. */
const STARTED_HOURS = 4;

/** @throws SlipwayError `quota` where a student has no hours of their own left, or the budget is spent. */
export async function permitStart(
  deps: ClassRuleDeps,
  { lab, found, isStudent }: { lab: Lab; found: Class; isStudent: boolean },
): Promise<Terms> {
  const now = deps.clock.now();
  if (powerAt(lab, now) === 'on') return {};
  requireBudgetLeft(found);
  if (!isStudent) return startTerms(found, lab, now);
  const free = freeUntil(specByNow(found), now);
  if (free !== undefined) return { runsUntil: free };
  const session = isEarly(lab.spec, now) ? sessionAfter(found.spec, now) : undefined;
  if (session !== undefined) {
    // One that waits for a session goes on into it.
    await takeOwnHours(deps, found, lab.owner, { from: now, until: session.start });
    return {};
  }
  const student = await deps.classes.student(found.id, lab.owner);
  const taken = student?.ownHours.find(
    ({ from, until }) => Date.parse(from) <= now && Date.parse(until) > now,
  );
  if (taken !== undefined) return { runsUntil: Date.parse(taken.until) };
  const left = ownSecondsLeft(found, student ?? { ownHours: [] }, now) * 1000;
  const until = now + Math.min(left, deps.policy.defaultHours * 3_600_000);
  const end = Math.min(until, Date.parse(lab.spec.expiresAt));
  await takeOwnHours(deps, found, lab.owner, { from: now, until: end });
  return { runsUntil: end };
}

/**
 * Until when a lab runs that an instructor starts: as long as they say, or else as its schedule has it, or to the end of the
 * session, or four hours.
 */
export function startTerms(
  found: Class,
  { spec }: Pick<Lab, 'spec'>,
  now: number,
  forSeconds?: number,
): Terms {
  if (forSeconds !== undefined) return { runsUntil: now + forSeconds * 1000 };
  if (spec.stopsAt !== undefined && Date.parse(spec.stopsAt) > now) return {};
  return { runsUntil: freeUntil(specByNow(found), now) ?? now + STARTED_HOURS * 3_600_000 };
}

/**
 * @throws SlipwayError `quota` where a student would stay longer than the session and their own hours let them; `conflict`
 * where the class's budget lets nobody.
 */
export async function permitEnd(
  deps: ClassRuleDeps,
  { lab, found, isStudent }: { lab: Lab; found: Class; isStudent: boolean },
  change: LabChange,
): Promise<void> {
  const now = deps.clock.now();
  const end = wishedEnd(lab, change);
  if (end === undefined || end <= endOf(lab)) return;
  requireExtensible(found);
  if (!isStudent) return;
  const from = Math.max(now, freeUntil(specByNow(found), now) ?? now);
  if (end <= from) return;
  requireBudgetLeft(found);
  await takeOwnHours(deps, found, lab.owner, { from, until: end });
}

/** @throws SlipwayError `conflict` where the budget is spent, and labs are to end with the session then. */
export function requireExtensible(found: Pick<Class, 'id' | 'spec' | 'status'>): void {
  if (!endsWithSession(found)) return;
  const { id } = found;
  throw new SlipwayError(
    'conflict',
    `the budget of class ${id} is spent, and by it labs live no longer than the session then; PATCH /v1/classes/${id} with a higher one, or with "stopAtSessionEnd": false`,
  );
}
