import { iso } from '../../core/clock.ts';
import { isLaunched } from '../../lab/launched.ts';
import { isEarly } from '../../lab/power.ts';
import { isGone } from './ask-end.ts';
import { changeLab } from './change-lab.ts';
import { type ClassRun, counted, tellEvent } from './class-run.ts';
import { inTime } from './in-time.ts';

/** Ends the labs of a session that was taken out of the calendar: those not launched at once, others a grace later. */
export async function cancelSession(run: ClassRun, graceMs: number): Promise<void> {
  const { found, students, status, now } = run;
  const { session } = status;
  if (session === undefined) return;
  const end = iso(now + graceMs);
  const served = [...students.values()].filter(
    ({ lab }) => lab?.session === session.key && !isGone(run, lab.id),
  );
  const isDone = await inTime(run, served, async (student) => {
    const { lab } = student;
    if (lab === undefined) return;
    const changed = await changeLab(run, lab.id, ({ spec, status: ofLab }) => {
      const field = lab.purpose === 'course' ? 'stopsAt' : 'expiresAt';
      const isToCome = isEarly(spec, now);
      if (isToCome && lab.purpose === 'session' && !isLaunched(ofLab)) return { ...spec, deleted: true };
      if (isToCome && lab.purpose === 'course') {
        const { startsAt: _never, ...rest } = spec;
        return { ...rest, stopsAt: iso(now) };
      }
      return spec[field] === session.labsEnd && end < session.labsEnd ? { ...spec, [field]: end } : undefined;
    });
    if (changed?.spec.deleted !== true) return;
    // Should the session come back, it is made a lab anew.
    const { lab: _none, ...without } = student;
    students.set(student.email, await run.deps.classes.saveStudent(found.id, without));
  });
  if (!isDone) return;
  session.endedAt = iso(now);
  tellEvent(
    run,
    'SessionCancelled',
    `the session of ${session.start} is held no more; ${counted(served.length, 'lab')} of it go`,
  );
}
