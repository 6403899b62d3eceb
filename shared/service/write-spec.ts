import type { Lab, LabSpec } from '../lab/lab.ts';
import type { Deps } from '../ports/deps.ts';
import { findLab } from './find-lab.ts';
import { wakeLab } from './wake-lab.ts';
import { type Asking, writeMarked } from './write-marked.ts';

export type WriteDeps = Pick<Deps, 'clock' | 'log' | 'labs' | 'requests' | 'queue'>;

/** One asking for a change: who, of which lab, in what words, and under which Idempotency-Key. */
export interface LabWrite extends Asking {
  labId: string;
}

/**
 * Changes what a lab is asked to be, and wakes it.
 * @param change gives the spec to write, or undefined where nothing is to change; throws to refuse.
 */
export async function writeSpec(
  deps: WriteDeps,
  write: LabWrite,
  change: (lab: Lab) => Promise<LabSpec | undefined> | LabSpec | undefined,
): Promise<Lab> {
  const { caller, labId } = write;
  return await writeMarked<Lab>(deps, write, {
    name: `lab ${labId}`,
    id: labId,
    find: async () => (await findLab(deps, caller, labId)).lab,
    change,
    save: (lab, spec) => deps.labs.saveSpec(lab, spec, deps.clock.now()),
    wake: (lab) => wakeLab(deps, lab),
  });
}
