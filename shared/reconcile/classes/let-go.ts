import type { Student } from '../../class/student.ts';
import { readDuration } from '../../core/duration.ts';
import { askEnd, askPresentEnd } from './ask-end.ts';
import { type ClassRun, counted, tellEvent } from './class-run.ts';
import { inTime } from './in-time.ts';

/** A lab on its way down wakes its class once it is gone; this is for when that is lost. */
const AGAIN_MS = 5 * 60_000;

/** Takes the labs of those who were removed, a grace later, and then their items and codes. */
export async function letStudentsGo(run: ClassRun): Promise<void> {
  const { deps, found, students, now, due } = run;
  const graceMs = (readDuration(found.spec.grace) ?? 0) * 1000;
  const leaving: Student[] = [];
  for (const student of students.values()) {
    if (student.removedAt === undefined) continue;
    const goesAt = Date.parse(student.removedAt) + graceMs;
    if (goesAt <= now) leaving.push(student);
    else due.push(goesAt);
  }
  let gone = 0;
  const labsOf = labsByStudent(run);
  await inTime(run, leaving, async (student) => {
    const ends = [await askPresentEnd(run, student)];
    for (const labId of labsOf.get(student.email) ?? []) ends.push(await askEnd(run, labId));
    if (!ends.every(Boolean)) {
      due.push(now + AGAIN_MS);
      return;
    }
    if (student.codeHash !== undefined) await deps.classes.removeCode(student.codeHash);
    await deps.classes.removeStudent(found.id, student);
    students.delete(student.email);
    gone += 1;
  });
  if (gone > 0)
    tellEvent(
      run,
      'StudentsGone',
      `${counted(gone, 'student')} removed from the roster: no lab is left of them`,
    );
}

/** Ids of labs that live, by whose they are: one may have more than their item names. */
function labsByStudent({ labs }: ClassRun): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { labId, student, endedAt } of labs.values()) {
    if (endedAt === undefined) found.set(student, [...(found.get(student) ?? []), labId]);
  }
  return found;
}
