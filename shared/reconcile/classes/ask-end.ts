import type { Student } from '../../class/student.ts';
import { changeLab } from './change-lab.ts';
import type { ClassRun } from './class-run.ts';
import { endOfSpan, recordLab } from './record-lab.ts';
import { wakeLab } from './wake-lab.ts';

/** Is it known to be gone? */
export function isGone({ labs, status }: ClassRun, labId: string): boolean {
  if (labs.get(labId)?.endedAt !== undefined) return true;
  return status.settled !== undefined && labId < status.settled.from;
}

/**
 * Asks for a lab's end; asked again while it goes down, the same. @returns is it gone?
 */
export async function askEnd(run: ClassRun, labId: string): Promise<boolean> {
  if (isGone(run, labId)) return true;
  const lab = await changeLab(run, labId, ({ spec }) =>
    spec.deleted ? undefined : { ...spec, deleted: true },
  );
  if (lab === undefined) return true;
  if (run.labs.get(labId)?.phase !== 'deleting') await wakeLab(run, lab);
  return false;
}

/**
 * The same of the lab that a student's item names. One that was only announced is recorded as deleted: whoever was about to
 * make it, in a run that crashed or is late, then cannot.
 */
export async function askPresentEnd(run: ClassRun, student: Student): Promise<boolean> {
  const { lab } = student;
  if (lab === undefined || isGone(run, lab.id)) return true;
  if (!run.labs.has(lab.id) && (await run.deps.labs.load(lab.id)) === undefined) {
    await recordLab(run, student, { ...endOfSpan(run.now), isDeleted: true });
  }
  return await askEnd(run, lab.id);
}
