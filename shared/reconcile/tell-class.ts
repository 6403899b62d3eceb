import type { ClassLab } from '../class/class-lab.ts';
import { isSlipwayError, messageOf } from '../core/errors.ts';
import { wakeIdOfClass } from '../core/ids.ts';
import { CONDITION_NAMES } from '../lab/conditions.ts';
import { fairKeyOf } from '../lab/fair-key.ts';
import type { Lab } from '../lab/lab.ts';
import { phaseOf, progressOf } from '../lab/phase.ts';
import { NO_USAGE } from '../lab/usage.ts';
import type { Deps } from '../ports/deps.ts';
import { isOnceAMinute } from './once-a-minute.ts';

type TellDeps = Pick<Deps, 'clock' | 'log' | 'policy' | 'classes' | 'queue'>;

/** A class has its progress from one item per student: words are cut. */
const MOST_CHARACTERS = 300;
/** A last telling that failed is tried again: nobody looks at a lab that is gone. */
const AGAIN_SECONDS = 30;
/** Labs end together: the queue makes one wake of those that come within it. */
const TOGETHER_SECONDS = 1;

/**
 * Tells a class what has become of its lab, where that has changed in a run. What a crash or the store kept from it is told
 * at a later look, found by the version that the class has. Whatever happens here, the lab's own work goes on.
 * @returns has the class all that is to be told?
 */
export async function tellClass(deps: TellDeps, before: Lab, lab: Lab): Promise<boolean> {
  if (lab.class === undefined) return true;
  try {
    const now = deps.clock.now();
    const told = classLabOf(lab, lab.class, now);
    const hasChanged = digestOf(classLabOf(before, lab.class, now)) !== digestOf(told);
    const isLate = !hasChanged && (await lacksIt(deps, lab, told));
    if (!hasChanged && !isLate) return true;
    await deps.classes.saveLab(lab.class.id, told);
    const isNews = isLate || isOver(lab) !== isOver(before);
    if (isOver(lab) !== undefined && isNews) {
      await deps.queue.enqueue(wakeIdOfClass(lab.class.id), TOGETHER_SECONDS, lab.class.id);
    }
    return true;
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    deps.log.warn(
      { lab: lab.id, class: lab.class.id, reason: messageOf(error) },
      'its class is not told yet',
    );
    if (lab.status.deletedAt !== undefined) await deps.queue.enqueue(lab.id, AGAIN_SECONDS, fairKeyOf(lab));
    return false;
  }
}

/**
 * Has the class an older word of it, or none? Asked where nothing changed: of a lab that waits or is gone whenever it is
 * woken, of others once a minute.
 */
async function lacksIt(deps: TellDeps, lab: Lab, { phase, version }: ClassLab): Promise<boolean> {
  const { id } = lab.class ?? { id: '' };
  const isGone = lab.status.deletedAt !== undefined;
  const isDue = isGone || phase === 'pending' || isOnceAMinute(deps.clock.now(), deps.policy.observeSeconds);
  if (!isDue) return false;
  const kept = await deps.classes.lab(id, lab.id);
  if (kept !== undefined && kept.version >= version) return false;
  if (!isGone) return true;
  // Personal data that was taken out, or went with the class, stays out.
  const record = await deps.classes.load(id);
  return record !== undefined && record.status.anonymisedAt === undefined;
}

/** Is it given up or gone? Both are for the class to act upon. */
function isOver({ status }: Lab): 'failed' | 'gone' | undefined {
  if (status.deletedAt !== undefined) return 'gone';
  return status.failure === undefined ? undefined : 'failed';
}

function digestOf({ version: _, ...told }: ClassLab): string {
  return JSON.stringify(told);
}

/** What a class knows of its lab, as its record tells it. */
function classLabOf(lab: Lab, of: NonNullable<Lab['class']>, now: number): ClassLab {
  const { spec, status } = lab;
  const last = status.events.at(-1);
  return {
    labId: lab.id,
    student: lab.owner,
    purpose: of.purpose,
    ...(of.session === undefined ? {} : { session: of.session }),
    template: lab.template,
    createdAt: lab.createdAt,
    phase: phaseOf(lab, now),
    percent: progressOf(lab),
    ...(spec.startsAt === undefined ? {} : { startsAt: spec.startsAt }),
    expiresAt: spec.expiresAt,
    ...(status.readyAt === undefined ? {} : { readyAt: status.readyAt }),
    ...(last === undefined
      ? {}
      : { lastEvent: { at: last.at, type: last.type, message: cut(last.message) } }),
    ...problemOf(lab),
    usage: status.usage ?? { ...NO_USAGE, since: lab.createdAt },
    ...(status.deletedAt === undefined ? {} : { endedAt: status.deletedAt }),
    version: lab.specVersion + lab.statusVersion,
  };
}

/** Its failure's, or the first unmet condition's that somebody looked at. */
function problemOf({ status }: Lab): { problem?: string; reason?: string } {
  if (status.failure !== undefined) {
    return { problem: cut(status.failure.message), reason: status.failure.code };
  }
  const unmet = CONDITION_NAMES.map((name) => status.conditions[name]).find(
    (condition) => condition.status !== 'True' && condition.reason !== 'NotObserved',
  );
  return unmet === undefined ? {} : { problem: cut(unmet.message), reason: unmet.reason };
}

function cut(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
}
