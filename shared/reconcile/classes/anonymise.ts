import type { ClassLab } from '../../class/class-lab.ts';
import { iso } from '../../core/clock.ts';
import { newLabId } from '../../core/ids.ts';
import { type ClassRun, tellEvent } from './class-run.ts';
import { inTime } from './in-time.ts';

const PAGE = 1_000;
const DAY_MS = 86_400_000;

/**
 * Takes names and addresses out of a class's records, so long after its end: its labs' are numbers from then on, and students
 * and rosters are forgotten. Who has which number is written first, in a roster of its own, so that a run cut off goes on
 * with the same; that is the last to go.
 */
export async function anonymise(run: ClassRun): Promise<void> {
  const { deps, found, status, students, now, due } = run;
  const dueAt = Date.parse(status.endedAt ?? '') + deps.policy.personalDataDays * DAY_MS;
  if (now < dueAt) {
    due.push(dueAt);
    return;
  }
  if (status.numbersRoster === undefined) {
    await numberThem(run);
    // The run goes on once it is saved which numbers count.
    run.isUnfinished = true;
    return;
  }
  const roster = (await deps.classes.roster(found.id, status.numbersRoster)) ?? [];
  const numbers = new Map(roster.map(({ email }, index) => [email, String(index + 1)]));
  for await (const page of pagesOfLabs(run)) {
    const isDone = await inTime(run, page, async (lab) => {
      const number = numbers.get(lab.student);
      if (number === undefined) return;
      await deps.classes.saveLab(found.id, withoutPerson(lab, number));
    });
    if (!isDone) return;
  }
  const isDone = await inTime(run, [...students.values()], async (student) => {
    if (student.codeHash !== undefined) await deps.classes.removeCode(student.codeHash);
    await deps.classes.removeStudent(found.id, student);
  });
  if (!isDone) return;
  for (const rosterId of [found.spec.rosterId, status.rosterId, status.numbersRoster]) {
    if (rosterId !== undefined) await deps.classes.removeRoster(found.id, rosterId);
  }
  delete status.numbersRoster;
  status.anonymisedAt = iso(now);
  tellEvent(run, 'Anonymised', 'names and addresses were taken out of the records');
}

async function numberThem(run: ClassRun): Promise<void> {
  const { deps, found, status } = run;
  const emails = new Set<string>();
  for await (const page of pagesOfLabs(run)) for (const { student } of page) emails.add(student);
  const rosterId = newLabId(run.now);
  const entries = [...emails].sort().map((email) => ({ email }));
  await deps.classes.putRoster(found.id, rosterId, entries);
  status.numbersRoster = rosterId;
}

/** Newer than anything that was told of it. */
function withoutPerson({ lastEvent: _words, problem: _more, ...lab }: ClassLab, number: string): ClassLab {
  return { ...lab, student: number, version: lab.version + 1 };
}

async function* pagesOfLabs({ deps, found }: ClassRun): AsyncGenerator<ClassLab[]> {
  let cursor: string | undefined;
  do {
    const page = await deps.classes.listLabs(found.id, {
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    yield page.items;
    cursor = page.cursor;
  } while (cursor !== undefined);
}
