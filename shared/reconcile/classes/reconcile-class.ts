import { occurrencesBetween } from '../../class/calendar.ts';
import { readDuration } from '../../core/duration.ts';
import { isSlipwayError, messageOf } from '../../core/errors.ts';
import { wakeIdOfClass } from '../../core/ids.ts';
import type { Deps } from '../../ports/deps.ts';
import { anonymise } from './anonymise.ts';
import { cancelSession } from './cancel-session.ts';
import { type ClassRun, presentStudents, startClassRun } from './class-run.ts';
import { endClass, takeClassDown } from './end-class.ts';
import { followCalendar, followCourseEnd } from './follow-calendar.ts';
import { followRoster, removeFormerRosters } from './follow-roster.ts';
import { letStudentsGo } from './let-go.ts';
import { mendNewLabs } from './mend-new-labs.ts';
import { prepareSession } from './prepare-session.ts';
import { readClass } from './read-class.ts';
import { reckonBudget } from './reckon-budget.ts';
import { sessionToServe } from './served-session.ts';
import { watchSession } from './watch-session.ts';

/** A run that could not end its work is begun again by the tick this long after, should its message be lost. */
const BACKSTOP_MS = 60_000;
/** What is due sooner than the tick looks ahead, and a little, is waited for by message. */
const NEAR_MS = 180_000;

/**
 * Brings one class nearer to what its spec asks. Level-triggered, as a lab's: called any number of times, at any moment, twice
 * at once or after a crash, it looks at what is and does what is missing.
 * @throws only what the queue should retry: the store being away, or a bug.
 */
export async function reconcileClass(deps: Deps, classId: string): Promise<void> {
  const found = await deps.classes.load(classId);
  if (found === undefined || found.status.anonymisedAt !== undefined) return;
  const run = startClassRun(deps, found);
  try {
    await readClass(run);
    const former = found.status.formerRosters;
    await walk(run);
    if (run.status.formerRosters === former && former !== undefined) delete run.status.formerRosters;
    await save(run);
  } catch (error) {
    // Someone wrote first: what they want or did counts, so look again.
    if (!isSlipwayError(error, 'version_conflict')) throw error;
    deps.log.debug({ class: classId, reason: messageOf(error) }, 'begun again');
    await deps.queue.enqueue(wakeIdOfClass(classId), 1, classId);
  }
}

async function walk(run: ClassRun): Promise<void> {
  const { found, status } = run;
  await removeFormerRosters(run);
  if (status.endedAt !== undefined) return await anonymise(run);
  if (found.spec.deleted) {
    reckonBudget(run, false);
    return await takeClassDown(run);
  }
  await followRoster(run);
  await letStudentsGo(run);
  await serveSessions(run);
  await mendNewLabs(run);
  await endClass(run);
}

async function serveSessions(run: ClassRun): Promise<void> {
  const { deps, found, status, now } = run;
  const former = status.session;
  watchSession(run);
  const students = presentStudents(run).length;
  const session = sessionToServe(deps, { spec: found.spec, status }, { now, students });
  const isOver = former?.endedAt === undefined && status.session?.endedAt !== undefined;
  const begins = session !== undefined && now >= session.prepareAt && status.session?.key !== session.key;
  reckonBudget(run, isOver || begins);
  await followCourseEnd(run);
  if (isTakenOut(run)) {
    await cancelSession(run, (readDuration(found.spec.grace) ?? 0) * 1000);
    if (run.isUnfinished) return;
  }
  if (session === undefined) return;
  await followCalendar(run, session);
  await prepareSession(run, session);
  watchSession(run);
}

/** Has the session that labs were made for left the calendar before its time? */
function isTakenOut({ found, status, now }: ClassRun): boolean {
  const { session } = status;
  if (session === undefined || session.endedAt !== undefined || now >= Date.parse(session.end)) return false;
  const [start, end] = [Date.parse(session.start), Date.parse(session.labsEnd)];
  return occurrencesBetween(found.spec, start, end).length === 0;
}

/** Saves what changed, and asks to be woken at the soonest moment anything is wanted of the class. */
async function save(run: ClassRun): Promise<void> {
  const { deps, found, status, isUnfinished } = run;
  const now = deps.clock.now();
  const soonest = run.due.length === 0 ? undefined : Math.ceil(Math.max(now + 1000, Math.min(...run.due)));
  const backstop = now + BACKSTOP_MS;
  const dueAt = isUnfinished ? Math.min(soonest ?? backstop, backstop) : soonest;
  if (dueAt !== found.dueAt || JSON.stringify(status) !== JSON.stringify(found.status)) {
    await deps.classes.saveStatus(found, status, dueAt);
  }
  const wakeId = wakeIdOfClass(found.id);
  if (isUnfinished) await deps.queue.enqueue(wakeId, 0, found.id);
  else if (dueAt !== undefined && dueAt - now <= NEAR_MS) {
    await deps.queue.enqueue(wakeId, (dueAt - now) / 1000, found.id);
  }
}
