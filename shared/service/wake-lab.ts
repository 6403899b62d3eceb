import { messageOf } from '../core/errors.ts';
import type { Lab } from '../lab/lab.ts';
import type { Deps } from '../ports/deps.ts';

/**
 * Wakes the reconciler for a lab whose record is written. A queue that is away fails nobody: the record is due, and
 * the tick finds it within a minute.
 */
export async function wakeLab(
  { queue, log }: Pick<Deps, 'queue' | 'log'>,
  { id, owner }: Pick<Lab, 'id' | 'owner'>,
): Promise<void> {
  try {
    await queue.enqueue(id, 0, owner);
  } catch (error) {
    log.warn({ lab: id, reason: messageOf(error) }, 'could not wake the lab; the tick will');
  }
}
