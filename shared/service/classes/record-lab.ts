import { isSlipwayError } from '../../core/errors.ts';
import type { Lab } from '../../lab/lab.ts';
import type { Deps } from '../../ports/deps.ts';

/** Writes a new lab; @returns it, or what a request of the same kind wrote first under its id. */
export async function recordLab({ labs }: Pick<Deps, 'labs'>, lab: Lab): Promise<Lab> {
  try {
    await labs.create(lab);
    return lab;
  } catch (error) {
    const found = isSlipwayError(error, 'conflict') ? await labs.load(lab.id) : undefined;
    if (found === undefined) throw error;
    return found.lab;
  }
}
