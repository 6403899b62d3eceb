import type { ClassLab } from '../../class/class-lab.ts';
import type { Student } from '../../class/student.ts';
import type { Deps } from '../../ports/deps.ts';

/** A page of the store: DynamoDB reads a megabyte at a time, which is about so many. */
const PAGE = 1_000;
/** Labs that were replaced lie between those that are wanted: so many more are read in the same page. */
const BETWEEN = 50;

/**
 * What was told of students' present labs, by lab id. Labs' ids sort by time, and those of one session were made within
 * minutes: they are read from the earliest that is wanted, as many as are wanted, and what lies between two of them is
 * leapt over. Work goes with the labs of now, not with those that the class has had.
 */
export async function presentClassLabs(
  { classes }: Pick<Deps, 'classes'>,
  classId: string,
  students: Pick<Student, 'lab'>[],
): Promise<Map<string, ClassLab>> {
  const wanted = students.flatMap(({ lab }) => (lab === undefined ? [] : [lab.id])).sort();
  const isWanted = new Set(wanted);
  const found = new Map<string, ClassLab>();
  let place = 0;
  let cursor: string | undefined;
  while (place < wanted.length) {
    const limit = Math.min(PAGE, wanted.length - place + BETWEEN);
    const page = await classes.listLabs(classId, {
      from: wanted[place] as string,
      limit,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const lab of page.items) if (isWanted.has(lab.labId)) found.set(lab.labId, lab);
    const last = page.items.at(-1)?.labId;
    if (page.cursor === undefined) break;
    if (last === undefined) {
      cursor = page.cursor;
      continue;
    }
    cursor = undefined;
    while (place < wanted.length && (wanted[place] as string) <= last) place += 1;
  }
  return found;
}

/** All that a class ever had, oldest first. */
export async function* allClassLabs({ classes }: Pick<Deps, 'classes'>, classId: string) {
  let cursor: string | undefined;
  do {
    const page = await classes.listLabs(classId, {
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    yield* page.items;
    cursor = page.cursor;
  } while (cursor !== undefined);
}
