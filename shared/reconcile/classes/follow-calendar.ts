import { iso } from '../../core/clock.ts';
import type { LabSpec } from '../../lab/lab.ts';
import { isLaunched } from '../../lab/launched.ts';
import { isEarly } from '../../lab/power.ts';
import { isGone } from './ask-end.ts';
import { changeLab } from './change-lab.ts';
import { type ClassRun, presentStudents, tellEvent } from './class-run.ts';
import { courseEnd } from './course-end.ts';
import { inTime } from './in-time.ts';
import { launchPlan } from './launch-plan.ts';
import { isOfSession, type ToServe } from './served-session.ts';

/**
 * Takes labs along where their session, its end or its lead was moved: launches that are still to come, and ends that nobody
 * else has moved. A run cut off is begun again: what was moved is as it is to be.
 */
export async function followCalendar(run: ClassRun, session: ToServe): Promise<void> {
  const { status, now } = run;
  const before = status.session;
  if (before === undefined || before.key !== session.key) return;
  const { start, end, labsEnd, lastLaunch } = session;
  const after = { start: iso(start), end: iso(end), labsEnd: iso(labsEnd), lastLaunch: iso(lastLaunch) };
  const isSame = Object.entries(after).every(([name, value]) => before[name as keyof typeof after] === value);
  if (isSame) return;
  const students = presentStudents(run);
  const plan = await launchPlan(run, session, students.length);
  const isDone = await inTime(run, students, async ({ lab }, index) => {
    if (lab === undefined || !isOfSession(lab, session) || isGone(run, lab.id)) return;
    const moment = plan[index] ?? lastLaunch;
    await changeLab(run, lab.id, ({ spec, status: ofLab }) => {
      const isCourse = lab.purpose === 'course';
      const moved: LabSpec = { ...spec };
      const waits = isEarly(spec, now) && (isCourse || !isLaunched(ofLab));
      if (waits) moved.startsAt = iso(Math.max(moment, now));
      const field = isCourse ? 'stopsAt' : 'expiresAt';
      if (spec[field] === before.labsEnd) moved[field] = after.labsEnd;
      if (spec.idleFrom === before.start) moved.idleFrom = after.start;
      return JSON.stringify(moved) === JSON.stringify(spec) ? undefined : moved;
    });
  });
  if (!isDone) return;
  const { endedAt, isBellTold, ...rest } = before;
  const isToCome = end > now;
  status.session = {
    ...rest,
    ...after,
    ...(isBellTold === undefined || start > now ? {} : { isBellTold }),
    ...(endedAt === undefined || isToCome ? {} : { endedAt }),
  };
  tellEvent(run, 'SessionMoved', `the session is from ${after.start} to ${after.end} now; its labs follow`);
}

/** Labs of the whole course live as long as the calendar has it by now, where nobody else moved their end. */
export async function followCourseEnd(run: ClassRun): Promise<void> {
  const { found, status, students, now } = run;
  if (found.spec.after !== 'stop') return;
  const end = iso(courseEnd(found.spec));
  const before = status.courseEnd;
  if (before === end) return;
  const labs = [...students.values()].filter(
    ({ lab }) => before !== undefined && lab?.purpose === 'course' && !isGone(run, lab.id),
  );
  const isDone = await inTime(run, labs, async ({ lab }) => {
    await changeLab(run, lab?.id ?? '', ({ spec }) =>
      spec.expiresAt === before ? { ...spec, expiresAt: iso(Math.max(now, Date.parse(end))) } : undefined,
    );
  });
  if (isDone) status.courseEnd = end;
}
