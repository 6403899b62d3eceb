import { iso } from '../../core/clock.ts';
import { powerAt } from '../../lab/power.ts';
import { changeLab } from './change-lab.ts';
import type { ClassRun } from './class-run.ts';
import { courseEnd } from './course-end.ts';
import { wakeLab } from './wake-lab.ts';

/**
 * Gives a lab of the whole course its next session. One that runs on its student's hours goes on into it.
 * @param to `startsAt` absent: at once
 * @returns false where it is gone or on its way down.
 */
export async function moveCourseLab(
  run: ClassRun,
  labId: string,
  { startsAt, start, labsEnd }: { startsAt: number | undefined; start: number; labsEnd: number },
): Promise<boolean> {
  const { deps, found } = run;
  const lab = await changeLab(run, labId, ({ spec, status }) => {
    const now = deps.clock.now();
    if (spec.deleted || status.failure !== undefined || now >= Date.parse(spec.expiresAt)) return undefined;
    const runs = powerAt({ spec, status }, now) === 'on';
    return {
      ...spec,
      power: 'on',
      ...(runs ? {} : { startsAt: iso(startsAt ?? now) }),
      idleFrom: iso(start),
      stopsAt: iso(labsEnd),
      expiresAt: iso(Math.max(Date.parse(spec.expiresAt), courseEnd(found.spec))),
    };
  });
  const isDown =
    lab === undefined ||
    lab.spec.deleted ||
    lab.status.failure !== undefined ||
    deps.clock.now() >= Date.parse(lab.spec.expiresAt);
  if (!isDown) await wakeLab(run, lab, startsAt);
  return !isDown;
}
