import { isSlipwayError } from '../../core/errors.ts';
import type { Lab, LabSpec } from '../../lab/lab.ts';
import type { ClassRun } from './class-run.ts';

/** Its student, its instructor and its own reconciler may write one lab at once. */
const ATTEMPTS = 5;

/**
 * Changes what a class's lab is asked to be, on whatever others wrote before, and leaves it due at once.
 * @param change gives the spec to write, or undefined where nothing is to change.
 * @returns it as it is now; undefined where it is gone.
 */
export async function changeLab(
  { deps }: Pick<ClassRun, 'deps'>,
  labId: string,
  change: (lab: Lab) => LabSpec | undefined,
): Promise<Lab | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const lab = (await deps.labs.load(labId))?.lab;
    if (lab === undefined || lab.status.deletedAt !== undefined) return undefined;
    const spec = change(lab);
    if (spec === undefined) return lab;
    try {
      return await deps.labs.saveSpec(lab, spec, deps.clock.now());
    } catch (error) {
      if (!isSlipwayError(error, 'version_conflict') || attempt >= ATTEMPTS) throw error;
    }
  }
}
