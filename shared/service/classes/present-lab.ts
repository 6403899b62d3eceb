import { decodeTime } from 'ulid';
import type { Student } from '../../class/student.ts';
import { SlipwayError } from '../../core/errors.ts';
import type { Lab } from '../../lab/lab.ts';
import { phaseOf } from '../../lab/phase.ts';
import type { Deps } from '../../ports/deps.ts';

/** The lab that a student's item names, failed or not; undefined where there is none any more, or none yet. */
export async function presentLab(
  { labs, clock }: Pick<Deps, 'labs' | 'clock'>,
  { lab }: Pick<Student, 'lab'>,
): Promise<Lab | undefined> {
  const found = lab === undefined ? undefined : (await labs.load(lab.id))?.lab;
  if (found === undefined || found.status.deletedAt !== undefined) return undefined;
  const phase = phaseOf(found, clock.now());
  return phase === 'deleting' || phase === 'deleted' ? undefined : found;
}

/** A pointer is written right before its lab; older, whoever wrote it went no further. */
const MADE_WITHIN_SECONDS = 300;

/** The same, for who would act on it. @throws SlipwayError `in_progress` while the lab is named and not made yet. */
export async function madeLab(
  deps: Pick<Deps, 'labs' | 'clock'>,
  student: Pick<Student, 'lab'>,
): Promise<Lab | undefined> {
  const lab = await presentLab(deps, student);
  if (lab !== undefined || student.lab === undefined) return lab;
  const { id } = student.lab;
  const isYoung = deps.clock.now() - namedAt(id) < MADE_WITHIN_SECONDS * 1000;
  if (isYoung && (await deps.labs.load(id)) === undefined) {
    throw new SlipwayError('in_progress', `lab ${id} is about to be made; ask again in a few seconds`, {
      facts: { labs: [id] },
    });
  }
  return undefined;
}

/** When a lab's id was made, milliseconds since the epoch: a ULID says so. */
export function namedAt(labId: string): number {
  return decodeTime(labId.toUpperCase());
}
