import { z } from 'zod';
import { sessionAfter } from '../../class/session-times.ts';
import type { Student } from '../../class/student.ts';
import { iso } from '../../core/clock.ts';
import { readDuration } from '../../core/duration.ts';
import { SlipwayError } from '../../core/errors.ts';
import type { Lab } from '../../lab/lab.ts';
import { isEarly, powerAt, switchedOn } from '../../lab/power.ts';
import { newEnd } from '../lab-end.ts';
import { requireLive } from '../require-live.ts';
import { type ActDeps, actOnClass, type ClassAsk, changeOne, type InClass } from './act-on-class.ts';
import type { Done, Outcomes } from './act-on-each.ts';
import { requireBudgetLeft } from './budget-left.ts';
import { onTerms } from './class-rules.ts';
import { giveBackOwnHours } from './give-back-hours.ts';
import { requireExtensible, startTerms } from './permit-change.ts';
import { madeLab } from './present-lab.ts';

/** A week is as long as anything that is asked of all labs at once may take. */
const LONGEST_SECONDS = 7 * 86_400;

/** How much longer. */
export const By = z
  .string()
  .refine((text) => {
    const seconds = readDuration(text);
    return seconds !== undefined && seconds > 0 && seconds <= LONGEST_SECONDS;
  }, 'must be an ISO 8601 duration up to P7D, such as PT1H')
  .describe('ISO 8601 duration');

/**
 * Switches labs on. One that its schedule keeps off, outside sessions, runs for so long, or until somebody stops it.
 * @param by ISO 8601; the rest of the session unless told, or four hours.
 */
export async function startLabs(deps: ActDeps, ask: ClassAsk, by?: string): Promise<Outcomes> {
  const seconds = by === undefined ? undefined : readDuration(by);
  return await actOnClass(deps, ask, async (context, student) => {
    const lab = await requireLab(deps, context, student);
    requireLive(lab, deps.clock.now());
    if (powerAt(lab, deps.clock.now()) === 'off') requireBudgetLeft(context.found);
    return await changeOne(deps, context, lab, (seen) => {
      const now = deps.clock.now();
      requireLive(seen, now);
      if (powerAt(seen, now) === 'on') return undefined;
      return onTerms(seen, switchedOn(seen, now), startTerms(context.found, seen, now, seconds));
    });
  });
}

/** Switches labs off; their disks stay. One that may only be deleted is told so. */
export async function stopLabs(deps: ActDeps, ask: ClassAsk): Promise<Outcomes> {
  const act = async (context: InClass, student: Student): Promise<Done> => {
    const lab = await madeLab(deps, student);
    if (lab === undefined) return { result: 'already' };
    const done = await changeOne(deps, context, lab, (seen) => {
      const now = deps.clock.now();
      requireLive(seen, now);
      // One that waits for its moment is off only until then.
      if (powerAt(seen, now) === 'off' && (seen.spec.power === 'off' || !isEarly(seen.spec, now))) {
        return undefined;
      }
      requireStop(context, seen);
      return { ...seen.spec, power: 'off' };
    });
    await giveBackOwnHours(deps, lab);
    return done;
  };
  return await actOnClass(deps, ask, act, { leavers: true });
}

/** Lets labs live, or run, so much longer, up to their hard maximum. */
export async function extendLabs(deps: ActDeps, ask: ClassAsk, by: string): Promise<Outcomes> {
  return await actOnClass(deps, ask, async (context, student) => {
    requireExtensible(context.found);
    const lab = await requireLab(deps, context, student);
    return await changeOne(deps, context, lab, (seen) => {
      const now = deps.clock.now();
      requireLive(seen, now);
      return { ...seen.spec, ...newEnd(seen, { extend: by }, now) };
    });
  });
}

/** Asks for labs' end. */
export async function deleteLabs(deps: ActDeps, ask: ClassAsk): Promise<Outcomes> {
  const act = async (context: InClass, student: Student): Promise<Done> => {
    const lab = await madeLab(deps, student);
    if (lab === undefined) return { result: 'already' };
    const done = await changeOne(deps, context, lab, ({ spec }) =>
      spec.deleted ? undefined : { ...spec, deleted: true },
    );
    await giveBackOwnHours(deps, lab);
    return done;
  };
  return await actOnClass(deps, ask, act, { leavers: true });
}

/** @throws SlipwayError `conflict` saying when there will be one. */
async function requireLab(deps: ActDeps, { found }: InClass, student: Student): Promise<Lab> {
  const lab = await madeLab(deps, student);
  if (lab !== undefined) return lab;
  const next = sessionAfter(found.spec, deps.clock.now());
  const when = next === undefined ? '' : `; one is made for the session of ${iso(next.start)}`;
  throw new SlipwayError(
    'conflict',
    `${student.email} has no lab now${when}; rebuild makes one in a session`,
  );
}

/** @throws SlipwayError `conflict` with the cure. */
function requireStop({ found }: InClass, { id, spec }: Lab): void {
  if (spec.stoppable !== false) return;
  throw new SlipwayError(
    'conflict',
    `lab ${id} is only ever deleted, never stopped, as the class's labs are ("after": "delete"); POST /v1/classes/${found.id}/delete-labs, and rebuild makes a new one`,
  );
}
