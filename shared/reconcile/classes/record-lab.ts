import { newClassLab } from '../../class/new-class-lab.ts';
import type { Student } from '../../class/student.ts';
import { isSlipwayError } from '../../core/errors.ts';
import { newLabId } from '../../core/ids.ts';
import type { Lab } from '../../lab/lab.ts';
import type { ClassRun } from './class-run.ts';
import { wakeLab } from './wake-lab.ts';

/** When a lab is to be there; moments are milliseconds since the epoch. */
export interface LabSpan {
  /** Absent: at once. */
  startsAt?: number | undefined;
  stopsAt?: number | undefined;
  expiresAt: number;
  hardMaximum: number;
}

/** How long after its planned end a session's lab may be kept by who extends it. */
const EXTENSION_MS = 12 * 3_600_000;

export function endOfSpan(end: number): LabSpan {
  return { expiresAt: end, hardMaximum: end + EXTENSION_MS };
}

/**
 * Gives a student a lab: first their item names it, then it is recorded. A crash between the two leaves a lab to be made by
 * the next run, under the same id.
 * @throws SlipwayError `version_conflict` where somebody wrote the item first: what they wrote counts.
 */
export async function giveLab(
  run: ClassRun,
  student: Student,
  as: Omit<NonNullable<Student['lab']>, 'id'>,
  span: LabSpan,
): Promise<void> {
  const { deps, found, students } = run;
  const lab = { id: newLabId(deps.clock.now()), ...as };
  const saved = await deps.classes.saveStudent(found.id, { ...student, lab });
  students.set(saved.email, saved);
  await recordLab(run, saved, span);
}

/**
 * Writes the record of the lab that a student's item names.
 * @returns it; undefined where it was recorded before, or its template has left the catalogue.
 */
export async function recordLab(
  run: ClassRun,
  student: Student,
  { isDeleted = false, ...span }: LabSpan & { isDeleted?: boolean },
): Promise<Lab | undefined> {
  const { deps, found } = run;
  const template = deps.catalogue.templates.get(found.spec.template);
  if (student.lab === undefined || template === undefined) return undefined;
  const { id, purpose } = student.lab;
  // One of the whole course is of no session for long.
  const session = purpose === 'session' ? student.lab.session : undefined;
  const lab = newClassLab(found, {
    ...{ id, student, template, purpose, session },
    ...span,
    createdAt: deps.clock.now(),
    // What is only ever deleted may stand on cheaper machines.
    ...(purpose === 'session' ? { stoppable: false } : {}),
  });
  if (isDeleted) lab.spec.deleted = true;
  try {
    await deps.labs.create(lab);
  } catch (error) {
    if (isSlipwayError(error, 'conflict')) return undefined;
    throw error;
  }
  if (!isDeleted) run.made.push(lab);
  // One that waits longer is found by the tick within a minute, and says until when.
  await wakeLab(run, lab, span.startsAt);
  return lab;
}
