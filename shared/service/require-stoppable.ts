import { SlipwayError } from '../core/errors.ts';
import type { Lab } from '../lab/lab.ts';

/** @throws SlipwayError `conflict` for a lab that was asked for as never to be stopped: its machines may be of a kind that cannot. */
export function requireStoppable(lab: Pick<Lab, 'id' | 'spec' | 'class'>): void {
  const { id, spec } = lab;
  if (spec.stoppable !== false) return;
  if (lab.class !== undefined) {
    throw new SlipwayError(
      'conflict',
      `lab ${id} is only ever deleted, never stopped, as the labs of class ${lab.class.id} are: DELETE /v1/labs/${id}, and POST /v1/labs makes another`,
    );
  }
  throw new SlipwayError(
    'conflict',
    `lab ${id} was made to be deleted, never stopped ("stoppable": false); DELETE /v1/labs/${id}, and leave that out when you ask for another`,
  );
}
