import { SlipwayError } from '../core/errors.ts';
import type { Lab } from '../lab/lab.ts';

/** @throws SlipwayError `conflict` for a lab that was asked for as never to be stopped: its machines may be of a kind that cannot. */
export function requireStoppable({ id, spec }: Lab): void {
  if (spec.stoppable !== false) return;
  throw new SlipwayError(
    'conflict',
    `lab ${id} was made to be deleted, never stopped ("stoppable": false); DELETE /v1/labs/${id}, and leave that out when you ask for another`,
  );
}
