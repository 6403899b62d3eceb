import { SlipwayError } from '../core/errors.ts';
import type { Enrolment, Lab } from '../lab/lab.ts';
import type { Deps } from '../ports/deps.ts';
import type { Caller } from './caller.ts';

/** As newLabId makes them; anything else is no lab, and no key for the store. */
const LAB_ID = /^[0-9a-hjkmnp-tv-z]{26}$/;

/** May this caller see the lab? An instructor sees their own, and those of their classes. */
function maySee({ role, subject }: Caller, lab: Pick<Lab, 'owner' | 'class'>): boolean {
  if (role === 'operator' || lab.owner === subject) return true;
  return role === 'instructor' && lab.class?.instructor === subject;
}

/** @throws SlipwayError `not_found`, the same for a lab that is not and one that is somebody else's. */
export async function findLab(
  deps: Pick<Deps, 'labs'>,
  caller: Caller,
  labId: string,
): Promise<{ lab: Lab; enrolments: Enrolment[] }> {
  const found = LAB_ID.test(labId) ? await deps.labs.load(labId) : undefined;
  if (found === undefined || !maySee(caller, found.lab)) throw noSuchLab(labId);
  return found;
}

function noSuchLab(labId: string): SlipwayError {
  return new SlipwayError(
    'not_found',
    `there is no lab "${labId.slice(0, 40)}" of yours; GET /v1/labs lists them`,
  );
}
