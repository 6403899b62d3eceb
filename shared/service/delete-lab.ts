import { SlipwayError } from '../core/errors.ts';
import type { Lab } from '../lab/lab.ts';
import type { Deps } from '../ports/deps.ts';
import { giveBackOwnHours } from './classes/give-back-hours.ts';
import { type LabWrite, type WriteDeps, writeSpec } from './write-spec.ts';

/**
 * Asks for a lab's end. Asked again while it goes down, the same.
 * @throws SlipwayError `not_found` once it is gone.
 */
export async function deleteLab(deps: WriteDeps & Pick<Deps, 'classes'>, write: LabWrite): Promise<Lab> {
  const deleted = await writeSpec(deps, write, (lab) => {
    if (lab.status.deletedAt !== undefined) {
      throw new SlipwayError('not_found', `lab ${lab.id} is gone since ${lab.status.deletedAt}`);
    }
    return lab.spec.deleted ? undefined : { ...lab.spec, deleted: true };
  });
  await giveBackOwnHours(deps, deleted);
  return deleted;
}
