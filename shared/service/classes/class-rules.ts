import type { Class } from '../../class/class.ts';
import { iso } from '../../core/clock.ts';
import { SlipwayError } from '../../core/errors.ts';
import type { Lab, LabSpec } from '../../lab/lab.ts';
import type { ApiDeps } from '../../ports/deps.ts';
import type { LabChange } from '../change-lab.ts';
import { findLab } from '../find-lab.ts';
import { endOf, newEnd } from '../lab-end.ts';
import { markOf } from '../once.ts';
import { requireLive } from '../require-live.ts';
import type { LabWrite } from '../write-spec.ts';
import { giveBackOwnHours } from './give-back-hours.ts';

export type ClassRuleDeps = Pick<ApiDeps, 'clock' | 'policy' | 'catalogue' | 'labs' | 'classes'>;

/** What a class makes of a change of one of its labs. */
export interface Terms {
  /** Until when it runs, once it is switched on outside a session; milliseconds since the epoch. */
  runsUntil?: number;
}

type Asking = Pick<LabWrite, 'caller' | 'labId' | 'key'>;

/**
 * Holds a change against the rules of the class that the lab is of, before it is written: a student starts and extends within
 * sessions as they like, outside them on hours of their own, which are taken here; the change itself may come after, and
 * come again. A lab of no class has no such rules, and waits for no calendar to be loaded.
 * @throws SlipwayError `quota` where hours or budget are used up, `forbidden` for a lab larger than the class's.
 */
export async function permitChange(deps: ClassRuleDeps, write: Asking, change: LabChange): Promise<Terms> {
  const asked = await classOf(deps, write);
  if (asked === undefined) return {};
  const { lab, found } = asked;
  const now = deps.clock.now();
  requireLive(lab, now);
  newEnd(lab, change, now);
  const isStudent = write.caller.role === 'student';
  if (isStudent && change.machines !== undefined) {
    const { managers, workers } = change.machines;
    requireSize(deps, found, managers + workers);
  }
  const { permitEnd, permitStart } = await import('./permit-change.ts');
  const terms = change.power === 'on' ? await permitStart(deps, { lab, found, isStudent }) : {};
  await permitEnd(deps, { lab, found, isStudent }, change);
  return terms;
}

/** A started lab's spec, running as long as its class lets it. */
export function onTerms(lab: Pick<Lab, 'class'>, spec: LabSpec, { runsUntil }: Terms): LabSpec {
  if (runsUntil === undefined || lab.class === undefined) return spec;
  const until = iso(Math.min(runsUntil, Date.parse(spec.expiresAt)));
  if (lab.class.purpose === 'course') return { ...spec, stopsAt: until };
  return lab.class.purpose === 'own' ? { ...spec, expiresAt: until } : spec;
}

/** Gives a student's hours back where a change that is written ends them sooner. */
export async function settleChange(
  deps: Pick<ClassRuleDeps, 'classes' | 'clock'>,
  lab: Lab,
  change: LabChange,
): Promise<void> {
  if (change.power === 'off') await giveBackOwnHours(deps, lab);
  else if (change.expiresAt !== undefined) await giveBackOwnHours(deps, lab, endOf(lab));
}

/**
 * A student's lab has no more machines than the class gives.
 * @throws SlipwayError `forbidden` with the numbers.
 */
export async function permitMachine(
  deps: Pick<ClassRuleDeps, 'labs' | 'classes' | 'catalogue'>,
  write: Asking,
): Promise<void> {
  if (write.caller.role !== 'student') return;
  const asked = await classOf(deps, write);
  if (asked !== undefined) requireSize(deps, asked.found, asked.lab.spec.machines.length + 1);
}

/** A lab and its class; undefined for one of no class, and for a request that was carried out before. */
async function classOf(
  deps: Pick<ClassRuleDeps, 'labs' | 'classes'>,
  { caller, labId, key }: Asking,
): Promise<{ lab: Lab; found: Class } | undefined> {
  const { lab } = await findLab(deps, caller, labId);
  const mark = markOf({ subject: caller.subject, key });
  if (lab.class === undefined || (mark !== undefined && lab.spec.applied?.includes(mark))) return undefined;
  const found = await deps.classes.load(lab.class.id);
  return found === undefined ? undefined : { lab, found };
}

function requireSize({ catalogue }: Pick<ClassRuleDeps, 'catalogue'>, { id, spec }: Class, machines: number) {
  const own = spec.machines;
  const allowed =
    own === undefined
      ? (catalogue.templates.get(spec.template)?.machines.length ?? 0)
      : (own.managers ?? 0) + (own.workers ?? 0);
  if (machines <= allowed) return;
  throw new SlipwayError(
    'forbidden',
    `a lab of class ${id} has ${allowed} machines at most, and this would make it ${machines}; its instructor may add some`,
    { facts: { needed: machines, allowed } },
  );
}
