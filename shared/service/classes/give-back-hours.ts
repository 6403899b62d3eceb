import { cutSpans } from '../../class/own-spans.ts';
import type { Lab } from '../../lab/lab.ts';
import type { Deps } from '../../ports/deps.ts';
import { changeStudent } from './change-student.ts';

/** Gives back what a lab's student does not use of their hours after a moment, now unless told. */
export async function giveBackOwnHours(
  deps: Pick<Deps, 'classes' | 'clock'>,
  lab: Pick<Lab, 'id' | 'class' | 'owner'>,
  at = deps.clock.now(),
): Promise<void> {
  if (lab.class === undefined) return;
  await changeStudent(deps, lab.class.id, lab.owner, (student) => {
    if (student.lab?.id !== lab.id) return undefined;
    const ownHours = cutSpans(student.ownHours, at);
    return JSON.stringify(ownHours) === JSON.stringify(student.ownHours)
      ? undefined
      : { ...student, ownHours };
  });
}
