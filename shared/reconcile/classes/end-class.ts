import { iso } from '../../core/clock.ts';
import { askEnd, askPresentEnd, isGone } from './ask-end.ts';
import { type ClassRun, counted, tellEvent } from './class-run.ts';
import { courseEnd } from './course-end.ts';
import { inTime } from './in-time.ts';
import { reckonBudget } from './reckon-budget.ts';

const AGAIN_MS = 5 * 60_000;
/** A run that began before the class was deleted is over by then: Lambda ends one after 30 s. */
const LATE_RUN_MS = 60_000;
/** A lab that should have told its end so long ago is looked up. */
const SILENT_MS = 3_600_000;
const DAY_MS = 86_400_000;
const DELETING = 'Deleting';

/** Takes all labs of a class that was deleted; it is over once none is left. */
export async function takeClassDown(run: ClassRun): Promise<void> {
  const { found, status, students, labs, now, due } = run;
  if (!status.events.some(({ type }) => type === DELETING)) {
    tellEvent(run, DELETING, 'the class was deleted: all its labs go');
  }
  const begun = status.events.find(({ type }) => type === DELETING)?.at ?? iso(now);
  const present = new Set([...students.values()].flatMap(({ lab }) => lab?.id ?? []));
  const others = [...labs.values()].filter(({ labId }) => !present.has(labId));
  let left = 0;
  const count = (isOver: boolean) => {
    if (!isOver) left += 1;
  };
  const isPresentDone = await inTime(run, [...students.values()], async (student) =>
    count(await askPresentEnd(run, student)),
  );
  const isDone = await inTime(run, others, async ({ labId }) => count(await askEnd(run, labId)));
  if (!isPresentDone || !isDone) return;
  const endsAt = Date.parse(begun) + LATE_RUN_MS;
  if (left > 0 || (now >= Date.parse(begun) && now < endsAt)) {
    due.push(left > 0 ? now + AGAIN_MS : endsAt);
    return;
  }
  await end(run, `class ${found.id} is gone`);
}

/** A class is over after its last session, once no lab is left. */
export async function endClass(run: ClassRun): Promise<void> {
  const { found, now, due } = run;
  const endsAt = courseEnd(found.spec);
  if (now < endsAt) {
    due.push(endsAt);
    return;
  }
  if (await isAnyLeft(run)) {
    due.push(now + AGAIN_MS);
    return;
  }
  await end(run, `the last session of class ${found.id} is over, and no lab is left`);
}

async function isAnyLeft(run: ClassRun): Promise<boolean> {
  const { deps, labs, students, now } = run;
  const open = [...labs.values()].filter(({ endedAt }) => endedAt === undefined);
  const silent = open.filter(({ expiresAt }) => now > Date.parse(expiresAt) + SILENT_MS);
  if (silent.length < open.length) return true;
  const untold = [...students.values()].flatMap(({ lab }) =>
    lab === undefined || isGone(run, lab.id) || labs.has(lab.id) ? [] : [lab.id],
  );
  let left = 0;
  const isDone = await inTime(run, [...silent.map(({ labId }) => labId), ...untold], async (labId) => {
    const lab = (await deps.labs.load(labId))?.lab;
    if (lab !== undefined && lab.status.deletedAt === undefined) left += 1;
  });
  return left > 0 || !isDone;
}

async function end(run: ClassRun, words: string): Promise<void> {
  const { deps, status, students, now } = run;
  // Codes open nothing from now on; should this be cut off, it is done again.
  const isDone = await inTime(run, [...students.values()], async ({ codeHash }) => {
    if (codeHash !== undefined) await deps.classes.removeCode(codeHash);
  });
  if (!isDone) return;
  reckonBudget(run, true);
  status.endedAt = iso(now);
  run.due.splice(0, Number.POSITIVE_INFINITY, now + deps.policy.personalDataDays * DAY_MS);
  const price =
    deps.policy.prices === undefined
      ? 'nothing of it was priced'
      : `it cost ${(status.budget?.usd ?? 0).toFixed(2)} USD`;
  tellEvent(run, 'Ended', `${words}; ${price}, for ${counted(students.size, 'student')}`);
}
