import { isSlipwayError, SlipwayError } from '../core/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { mustGoDown } from '../lab/phase.ts';

/**
 * Reads a lab's keys for its owner, who sees the lab, so a lab without keys is no `not_found` to them.
 * @throws SlipwayError `conflict`, retryable only while the keys are still to be made.
 */
export async function whileUp<Result>(lab: Lab, now: number, read: () => Promise<Result>): Promise<Result> {
  if (mustGoDown(lab, now) || lab.status.deletedAt !== undefined)
    throw new SlipwayError('conflict', `lab ${lab.id} is going down or gone, and its keys with it`);
  try {
    return await read();
  } catch (error) {
    if (!isSlipwayError(error, 'not_found')) throw error;
    throw new SlipwayError('conflict', `lab ${lab.id} has no keys yet; ask again in a moment`, {
      cause: error,
      retryable: true,
    });
  }
}
