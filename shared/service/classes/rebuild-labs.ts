import { specByNow } from '../../class/budget.ts';
import type { Class } from '../../class/class.ts';
import { type ClassLabOrder, newClassLab } from '../../class/new-class-lab.ts';
import { labsEnd, sessionAt } from '../../class/session-times.ts';
import type { Student } from '../../class/student.ts';
import { iso } from '../../core/clock.ts';
import { SlipwayError } from '../../core/errors.ts';
import { newLabId } from '../../core/ids.ts';
import type { Lab } from '../../lab/lab.ts';
import { isEarly, stopOf } from '../../lab/power.ts';
import type { Template } from '../../lab/template.ts';
import type { ApiDeps } from '../../ports/deps.ts';
import { digestOf, once } from '../once.ts';
import { wakeLab } from '../wake-lab.ts';
import { writeSpec } from '../write-spec.ts';
import { type ActDeps, actOnClass, type ClassAsk, type InClass, keyFor, labWrite } from './act-on-class.ts';
import type { Done, Outcomes } from './act-on-each.ts';
import { requireBudgetLeft } from './budget-left.ts';
import { changeStudent } from './change-student.ts';
import { requireOnRoster } from './own-hours.ts';
import { madeLab } from './present-lab.ts';
import { recordLab } from './record-lab.ts';

export type RebuildDeps = ActDeps & Pick<ApiDeps, 'catalogue' | 'policy'>;

/**
 * Makes students' labs anew, each in place of the one there is, for the same session or hours; in a session also for one who
 * has none. The old one goes first: after a crash the same request, under its key, goes on with the same new lab.
 */
export async function rebuildLabs(deps: RebuildDeps, ask: ClassAsk): Promise<Outcomes> {
  return await actOnClass(deps, ask, async (context, student) => {
    const { caller, method, path, body } = ask;
    const repeatable = {
      subject: caller.subject,
      key: keyFor(ask, student.email),
      digest: digestOf(method, path, body),
      labId: newLabId(deps.clock.now()),
    };
    return await once(deps, repeatable, (labId) => rebuild(deps, context, student, labId));
  });
}

async function rebuild(
  deps: RebuildDeps,
  context: InClass,
  { email }: Student,
  labId: string,
): Promise<Done> {
  const { found } = context;
  if ((await deps.labs.load(labId)) !== undefined) return { result: 'already', lab: labId };
  const template = deps.catalogue.templates.get(found.spec.template);
  if (template === undefined) {
    throw new SlipwayError('conflict', `template "${found.spec.template}" is in the catalogue no more`);
  }
  requireBudgetLeft(found);
  let lab: Lab | undefined;
  const saved = await changeStudent(deps, found.id, email, async (student) => {
    requireOnRoster(found, student);
    const old = student.lab?.id === labId ? undefined : await madeLab(deps, student);
    const order = orderOf(deps, { found, student, template, labId, old });
    lab = newClassLab(found, order);
    // The addresses that its student moved it to.
    if (old !== undefined) lab.spec.allowFrom = old.spec.allowFrom;
    if (old !== undefined) await end(deps, context, old);
    const { purpose, session } = order;
    const held = session === undefined ? {} : { session };
    return { ...student, lab: { id: labId, purpose, ...held, replacement: 0 } };
  });
  requireOnRoster(found, saved);
  await wakeLab(deps, await recordLab(deps, lab as Lab));
  return { result: 'done', lab: labId };
}

async function end(deps: RebuildDeps, context: InClass, old: Lab): Promise<void> {
  const write = { ...labWrite(context, old.id), key: undefined };
  await writeSpec(deps, write, ({ spec }) => (spec.deleted ? undefined : { ...spec, deleted: true }));
}

interface Rebuilding {
  found: Class;
  student: Student;
  template: Template;
  labId: string;
  old: Lab | undefined;
}

/** The new lab, which lives as long as the old one would have; without one as long as the session's labs. */
function orderOf(
  { clock, policy }: RebuildDeps,
  { found, student, template, labId, old }: Rebuilding,
): ClassLabOrder {
  const now = clock.now();
  const made = { id: labId, student, template, createdAt: now };
  if (old?.class !== undefined && Date.parse(old.spec.expiresAt) > now) {
    return {
      ...made,
      ...timesOf(old, now),
      purpose: old.class.purpose,
      session: old.class.session,
      stoppable: old.spec.stoppable,
      name: old.name,
    };
  }
  const hardMaximum = now + policy.maximumDays * 86_400_000;
  // The same request was cut off between the old lab's end and the new one.
  const taken =
    student.lab?.id === labId && student.lab.purpose === 'own' ? openSpan(student, now) : undefined;
  if (taken !== undefined) return { ...made, purpose: 'own', expiresAt: taken, hardMaximum };
  const session = sessionAt(found.spec, now);
  if (session === undefined) {
    throw new SlipwayError('conflict', 'there is no lab to rebuild, and no session now to make one for');
  }
  return {
    ...made,
    purpose: 'session',
    stoppable: false,
    session: iso(session.start),
    expiresAt: labsEnd(specByNow(found), session),
    hardMaximum,
  };
}

function timesOf(
  old: Lab,
  now: number,
): Pick<ClassLabOrder, 'expiresAt' | 'hardMaximum' | 'startsAt' | 'stopsAt'> {
  const stop = stopOf(old.spec);
  return {
    expiresAt: Date.parse(old.spec.expiresAt),
    hardMaximum: Date.parse(old.hardMaximum),
    ...(isEarly(old.spec, now) ? { startsAt: Date.parse(old.spec.startsAt as string) } : {}),
    ...(stop === undefined ? {} : { stopsAt: stop }),
  };
}

/** Until when the hours go that a student has taken and is using. */
function openSpan({ ownHours }: Student, now: number): number | undefined {
  const open = ownHours.find(({ from, until }) => Date.parse(from) <= now && Date.parse(until) > now);
  return open === undefined ? undefined : Date.parse(open.until);
}
