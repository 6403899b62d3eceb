import type { ClassLab } from '../../class/class-lab.ts';
import type { Student } from '../../class/student.ts';
import type { Deps } from '../../ports/deps.ts';

const PAGE = 500;

/** A student's lab that is not gone; without its record where it is only announced, and about to be made. */
export interface LiveLab {
  student: Student;
  lab: ClassLab | undefined;
}

/** The labs of a class that live, by reading from the oldest of them on, never the whole course's. */
export async function liveLabs({ classes }: Pick<Deps, 'classes'>, classId: string): Promise<LiveLab[]> {
  const students = (await classes.students(classId)).filter(({ lab }) => lab !== undefined);
  const [from] = students.flatMap(({ lab }) => lab?.id ?? []).sort();
  if (from === undefined) return [];
  const labs = new Map<string, ClassLab>();
  let cursor: string | undefined;
  do {
    const next = cursor === undefined ? {} : { cursor };
    const page = await classes.listLabs(classId, { from, limit: PAGE, ...next });
    for (const lab of page.items) labs.set(lab.labId, lab);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return students
    .map((student) => ({ student, lab: labs.get(student.lab?.id ?? '') }))
    .filter(({ lab }) => lab?.endedAt === undefined);
}
