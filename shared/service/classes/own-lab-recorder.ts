import { specByNow } from '../../class/budget.ts';
import type { Class } from '../../class/class.ts';
import { newClassLab } from '../../class/new-class-lab.ts';
import { withSpan } from '../../class/own-spans.ts';
import { labsEnd, sessionAt } from '../../class/session-times.ts';
import type { Student } from '../../class/student.ts';
import { iso } from '../../core/clock.ts';
import { SlipwayError } from '../../core/errors.ts';
import type { Lab } from '../../lab/lab.ts';
import type { Template } from '../../lab/template.ts';
import type { Deps } from '../../ports/deps.ts';
import type { Caller } from '../caller.ts';
import type { CreateDeps, RecordLab } from '../create-lab.ts';
import type { LabRequest } from '../lab-request.ts';
import { requireBudgetLeft } from './budget-left.ts';
import { changeStudent } from './change-student.ts';
import { isLive } from './find-class.ts';
import { ownSecondsLeft, requireOnRoster } from './own-hours.ts';
import { namedAt, presentLab } from './present-lab.ts';
import { recordLab } from './record-lab.ts';

/** API Gateway ends a request after 30 s: a pointer written longer ago has its lab, or never will by that request. */
const ABANDONED_SECONDS = 30;

/**
 * How a lab is recorded that a class's student asks for: within a session free, until its labs go; outside on hours of their
 * own. The order is record of the request -> the student's pointer and hours, in one write -> lab: after a crash anywhere in
 * it, the same key ends with the same, one lab.
 * @throws SlipwayError `invalid_input` for another template than the class's; `conflict` where the class is over; as it
 * records, `quota` with the numbers, or with the id of the lab that they have.
 */
export async function ownLabRecorder(
  deps: CreateDeps,
  caller: Caller & { classId: string },
  request: LabRequest,
): Promise<RecordLab> {
  const found = await classOf(deps, caller);
  const template = templateOf(deps, found, request);
  return async (labId, { allowFrom, refuseTooMuch }) => {
    let lab: Lab | undefined;
    const saved = await changeStudent(deps, found.id, caller.subject, async (student) => {
      const made = await orderOf(deps, { found, student, template, request, labId });
      if (allowFrom.length > 0) made.lab.spec.allowFrom = allowFrom;
      refuseTooMuch(made.lab);
      lab = made.lab;
      return made.student;
    });
    requireOnRoster(found, saved);
    return await recordLab(deps, lab as Lab);
  };
}

async function classOf({ classes }: Pick<Deps, 'classes'>, { classId }: { classId: string }): Promise<Class> {
  const found = await classes.load(classId);
  if (found !== undefined && isLive(found)) return found;
  throw new SlipwayError('conflict', `class ${classId} is over; ask your instructor for a link to another`);
}

/** @throws SlipwayError `invalid_input` for what is the class's to say. */
function templateOf({ catalogue }: CreateDeps, { id, spec }: Class, request: LabRequest): Template {
  const issues = [];
  if (request.template !== spec.template) {
    issues.push({ pointer: '/template', message: `must be ${spec.template}, which class ${id} has` });
  }
  if (request.machines !== undefined) {
    issues.push({ pointer: '/machines', message: `must be left out: class ${id} says how many there are` });
  }
  if (issues.length > 0) {
    const words = issues.map(({ pointer, message }) => `${pointer.slice(1)} ${message}`).join('; ');
    throw new SlipwayError('invalid_input', words, { issues });
  }
  const template = catalogue.templates.get(spec.template);
  if (template !== undefined) return template;
  throw new SlipwayError(
    'conflict',
    `template "${spec.template}" of class ${id} is in the catalogue no more`,
  );
}

interface Ordering {
  found: Class;
  student: Student;
  template: Template;
  request: LabRequest;
  labId: string;
}

/** The lab, and the student's item that names it and has the hours taken. */
async function orderOf(
  deps: CreateDeps,
  { found, student, template, request, labId }: Ordering,
): Promise<{ lab: Lab; student: Student }> {
  const now = deps.clock.now();
  requireOnRoster(found, student);
  await requireNoLab(deps, student, labId);
  requireBudgetLeft(found);
  const session = sessionAt(found.spec, now);
  const hours = request.hours ?? template.hours ?? deps.policy.defaultHours;
  // What this very request took before a crash is not held against it.
  const spans = student.lab?.id === labId ? withoutOpen(student.ownHours, now) : student.ownHours;
  const expiresAt =
    session === undefined
      ? now + Math.min(ownSecondsLeft(found, { ownHours: spans }, now) * 1000, Math.round(hours * 3_600_000))
      : labsEnd(specByNow(found), session);
  const purpose = session === undefined ? 'own' : 'session';
  const held = session === undefined ? {} : { session: iso(session.start) };
  const lab = newClassLab(found, {
    ...{ id: labId, student, template, purpose, createdAt: now, expiresAt, ...held },
    hardMaximum: now + deps.policy.maximumDays * 86_400_000,
    name: request.name,
    stacks: request.stacks,
    // As the session's other labs: what is only ever deleted may stand on cheaper machines.
    stoppable: request.stoppable ?? (session === undefined ? undefined : false),
  });
  const ownHours =
    session === undefined ? withSpan(spans, { from: now, until: expiresAt }, now) : student.ownHours;
  return { lab, student: { ...student, ownHours, lab: { id: labId, purpose, ...held, replacement: 0 } } };
}

/** @throws SlipwayError `quota` with the id of the one there is; `in_progress` where one is about to be made. */
async function requireNoLab(deps: CreateDeps, student: Student, labId: string): Promise<void> {
  if (student.lab === undefined || student.lab.id === labId) return;
  const { id } = student.lab;
  const present = await presentLab(deps, student);
  if (present !== undefined && present.status.failure === undefined) {
    throw new SlipwayError(
      'quota',
      `1 of 1 lab of your class is in use (${id}): go on with it, or DELETE /v1/labs/${id} first`,
      { facts: { used: 1, allowed: 1, labs: [id] } },
    );
  }
  const isRecorded = present !== undefined || (await deps.labs.load(id)) !== undefined;
  if (!isRecorded && deps.clock.now() - namedAt(id) < ABANDONED_SECONDS * 1000) {
    throw new SlipwayError('in_progress', `your lab ${id} is being made; ask again in a few seconds`, {
      facts: { labs: [id] },
    });
  }
}

function withoutOpen(spans: Student['ownHours'], now: number): Student['ownHours'] {
  return spans.filter(({ from, until }) => Date.parse(from) > now || Date.parse(until) <= now);
}
