import type { Lab } from '../../lab/lab.ts';
import { changeLab } from './change-lab.ts';
import type { ClassRun } from './class-run.ts';
import { inTime } from './in-time.ts';

/**
 * Gives the labs that this run recorded what their students and their class asked for while it did: an address that was
 * joined from, a message to all. Whoever wrote that found no lab to write it to.
 */
export async function mendNewLabs(run: ClassRun): Promise<void> {
  const { deps, found, made } = run;
  if (made.length === 0) return;
  const [latest, students] = await Promise.all([
    deps.classes.load(found.id),
    deps.classes.students(found.id),
  ]);
  const byLab = new Map(
    students.flatMap((student) => (student.lab ? [[student.lab.id, student] as const] : [])),
  );
  const notices = latest?.spec.notices ?? [];
  const wanting = made.flatMap((lab) => {
    const { allowFrom } = byLab.get(lab.id) ?? lab.spec;
    const hasAll = isEqual(lab.spec.allowFrom, allowFrom) && isEqual(lab.spec.notices ?? [], notices);
    return hasAll ? [] : [{ lab, allowFrom }];
  });
  await inTime(run, wanting, async ({ lab, allowFrom }) => {
    await changeLab(run, lab.id, ({ spec }) => {
      // What its student moved it to since counts.
      const isTouched = !isEqual(spec.allowFrom, lab.spec.allowFrom);
      const mended = {
        ...spec,
        allowFrom: isTouched ? spec.allowFrom : allowFrom,
        ...noticesOf(spec, notices),
      };
      return isEqual(mended, spec) ? undefined : mended;
    });
  });
}

function noticesOf(
  spec: Lab['spec'],
  notices: NonNullable<Lab['spec']['notices']>,
): Pick<Lab['spec'], 'notices'> {
  const has = new Set(spec.notices?.map(({ id }) => id));
  const missing = notices.filter(({ id }) => !has.has(id));
  return missing.length === 0 ? {} : { notices: [...(spec.notices ?? []), ...missing].slice(-10) };
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
