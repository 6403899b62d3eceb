import type { ClassRun } from './class-run.ts';

/** A megabyte of DynamoDB's is about so many. */
const PAGE = 1_000;

/** Reads students, and labs from the oldest on that may live: never the whole course's. */
export async function readClass({ deps, found, status, students, labs }: ClassRun): Promise<void> {
  for (const student of await deps.classes.students(found.id)) students.set(student.email, student);
  const from = status.settled === undefined ? {} : { from: status.settled.from };
  let cursor: string | undefined;
  do {
    const page = await deps.classes.listLabs(found.id, {
      ...from,
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const lab of page.items) labs.set(lab.labId, lab);
    cursor = page.cursor;
  } while (cursor !== undefined);
}
