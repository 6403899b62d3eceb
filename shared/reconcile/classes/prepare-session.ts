import { isBudgetSpent } from '../../class/budget.ts';
import type { Student } from '../../class/student.ts';
import { iso } from '../../core/clock.ts';
import { isGone } from './ask-end.ts';
import { type ClassRun, counted, presentStudents, tellEvent } from './class-run.ts';
import { courseEnd } from './course-end.ts';
import { inTime } from './in-time.ts';
import { launchPlan } from './launch-plan.ts';
import { moveCourseLab } from './move-course-lab.ts';
import { endOfSpan, giveLab, type LabSpan, recordLab } from './record-lab.ts';
import { isOfSession, type ToServe } from './served-session.ts';

/** A failed lab is made anew so often within a session. */
export const MOST_REPLACEMENTS = 2;
const LATE_MS = 60_000;

/**
 * Sees to it that every student on the roster has a lab for the session: recorded with the moment of its launch, or, where
 * labs serve the whole course, moved to it. Whoever comes later, or whose lab failed, gets one at once.
 */
export async function prepareSession(run: ClassRun, session: ToServe): Promise<void> {
  const { status, now } = run;
  if (now < session.prepareAt) {
    run.due.push(session.prepareAt);
    return;
  }
  if (now >= session.end) {
    // What comes next is looked for once its labs have gone.
    run.due.push(session.labsEnd);
    return;
  }
  const students = presentStudents(run);
  const refusal = refusalOf(run);
  if (refusal !== undefined) return refuse(run, session, refusal);
  const isFirst = status.session?.key !== session.key || status.session.madeAt === undefined;
  if (status.session?.key !== session.key) begin(run, session, students.length);

  const orders = ordersOf(run, session, students);
  const failed = orders.filter(({ replacement }) => replacement > 0).length;
  const latecomers = orders.filter(({ isToMake }) => isToMake);
  const needsPlan = isFirst || latecomers.length > failed;
  const plan = needsPlan ? await launchPlan(run, session, students.length) : [];
  // What a bucket lets go before all the others is still free for those who come later.
  const momentOf = isFirst
    ? new Map(students.map(({ email }, index) => [email, plan[index]]))
    : new Map(latecomers.map(({ student }, index) => [student.email, plan[index]]));

  const isDone = await inTime(run, orders, async (order) => {
    const { student } = order;
    const moment = order.replacement > 0 ? undefined : momentOf.get(student.email);
    await serve(run, session, order, moment !== undefined && moment > now ? moment : undefined);
  });
  if (failed > 0) tellEvent(run, 'LabsReplaced', `${counted(failed, 'lab')} failed, and new ones are made`);
  if (isFirst && isDone) end(run, session, students.length, plan);
}

interface Order {
  student: Student;
  /** No lab of theirs is of this session, or it failed. */
  isToMake: boolean;
  replacement: number;
}

/** Whom there is something to do for. */
function ordersOf(run: ClassRun, session: ToServe, students: Student[]): Order[] {
  return students.flatMap((student): Order[] => {
    const { lab } = student;
    if (lab === undefined || !isOfSession(lab, session)) {
      return [{ student, isToMake: true, replacement: 0 }];
    }
    const told = run.labs.get(lab.id);
    if (told?.phase === 'failed' && lab.replacement < MOST_REPLACEMENTS) {
      return [{ student, isToMake: true, replacement: lab.replacement + 1 }];
    }
    // It was announced; what became of that nobody has told yet.
    return told === undefined && !isGone(run, lab.id) ? [{ student, isToMake: false, replacement: 0 }] : [];
  });
}

async function serve(
  run: ClassRun,
  session: ToServe,
  { student, isToMake, replacement }: Order,
  startsAt: number | undefined,
): Promise<void> {
  const { deps, found, students, labs } = run;
  if (!isToMake) {
    const isThere = (await deps.labs.load(student.lab?.id ?? '')) !== undefined;
    if (!isThere) await recordLab(run, student, spanOf(run, session, startsAt));
    return;
  }
  const { lab } = student;
  const canMove = found.spec.after === 'stop' && lab?.purpose === 'course' && replacement === 0;
  if (canMove && !isGone(run, lab.id) && labs.get(lab.id)?.phase !== 'failed') {
    const moved = await moveCourseLab(run, lab.id, { ...session, startsAt });
    if (moved) {
      const of = { ...lab, session: session.key, replacement: 0 };
      students.set(student.email, await deps.classes.saveStudent(found.id, { ...student, lab: of }));
      return;
    }
  }
  const purpose = found.spec.after === 'stop' ? 'course' : 'session';
  await giveLab(run, student, { purpose, session: session.key, replacement }, spanOf(run, session, startsAt));
}

function spanOf({ found }: ClassRun, session: ToServe, startsAt: number | undefined): LabSpan {
  if (found.spec.after === 'delete') return { startsAt, ...endOfSpan(session.labsEnd) };
  return { startsAt, stopsAt: session.labsEnd, ...endOfSpan(courseEnd(found.spec)) };
}

/** Why no labs are made, in words. */
function refusalOf({ deps, found, status }: ClassRun): { type: string; words: string } | undefined {
  const { spec } = found;
  if (isBudgetSpent({ spec, status })) {
    const [spent, usd] = [status.budget?.usd.toFixed(2), spec.budget?.usd.toFixed(2)];
    return { type: 'StartsRefused', words: `the budget is spent: ${spent} of ${usd} USD; raise it` };
  }
  if (deps.catalogue.templates.has(spec.template)) return undefined;
  return {
    type: 'CannotPrepare',
    words: `template "${spec.template}" is in the catalogue no more; change the class's`,
  };
}

/** Told once for each session and reason. Another look follows: the catalogue may be mended, the budget raised. */
function refuse(run: ClassRun, session: ToServe, { type, words }: { type: string; words: string }): void {
  const { refused, session: served } = run.status;
  if (served?.key === session.key && served.madeAt !== undefined) return;
  if (refused?.session !== session.key || refused.reason !== type) {
    tellEvent(run, type, `no labs are made for the session of ${iso(session.start)}: ${words}`);
    run.status.refused = { session: session.key, reason: type };
  }
  run.due.push(run.now + 15 * 60_000);
}

function begin(run: ClassRun, session: ToServe, students: number): void {
  const { key, start, end, labsEnd, lastLaunch } = session;
  run.status.session = {
    key,
    ...{ start: iso(start), end: iso(end), labsEnd: iso(labsEnd), lastLaunch: iso(lastLaunch) },
  };
  const words = run.found.spec.after === 'stop' ? 'are moved to it' : 'are recorded';
  tellEvent(run, 'Preparing', `labs of ${counted(students, 'student')} ${words} for the session of ${key}`);
}

function end(run: ClassRun, session: ToServe, students: number, plan: number[]): void {
  const { status, now } = run;
  if (status.session !== undefined) status.session.madeAt = iso(now);
  status.prepared = session.key;
  const first = plan[0] ?? session.lastLaunch;
  const lateMs = now - first;
  const launches =
    lateMs > LATE_MS
      ? `launches begin now, ${Math.round(lateMs / 60_000)} minutes late`
      : `the first is launched at ${iso(Math.max(first, now))}, the last at ${iso(plan.at(-1) ?? first)}`;
  const kept = keptTemplates(run);
  const keep = kept === 0 ? '' : `; ${counted(kept, 'lab')} of an earlier template stay as they are`;
  tellEvent(
    run,
    lateMs > LATE_MS ? 'PreparedLate' : 'Prepared',
    `${counted(students, 'lab')}: ${launches}${keep}`,
  );
}

/** Course labs keep the template that they were made from. */
function keptTemplates({ found, students, labs }: ClassRun): number {
  const { after, template } = found.spec;
  if (after !== 'stop') return 0;
  return [...students.values()].filter(({ lab }) => {
    const told = lab === undefined ? undefined : labs.get(lab.id);
    return told !== undefined && told.endedAt === undefined && told.template !== template;
  }).length;
}
