import { messageOf } from '../core/errors.ts';
import { fairKeyOf } from '../lab/fair-key.ts';
import type { Lab } from '../lab/lab.ts';
import type { Deps } from '../ports/deps.ts';

/**
 * Wakes the reconciler for a lab whose record is written. A queue that is away fails nobody: the record is due, and
 * the tick finds it within a minute.
 */
export async function wakeLab(
  { queue, log }: Pick<Deps, 'queue' | 'log'>,
  lab: Pick<Lab, 'id' | 'owner' | 'class'>,
): Promise<void> {
  try {
    await queue.enqueue(lab.id, 0, fairKeyOf(lab));
  } catch (error) {
    log.warn({ lab: lab.id, reason: messageOf(error) }, 'could not wake the lab; the tick will');
  }
}
