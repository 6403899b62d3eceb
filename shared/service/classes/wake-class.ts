import { messageOf } from '../../core/errors.ts';
import { wakeIdOfClass } from '../../core/ids.ts';
import type { Deps } from '../../ports/deps.ts';

/** Wakes the reconciler for a class whose record is written. A queue that is away fails nobody: the record is due, and the tick finds it. */
export async function wakeClass({ queue, log }: Pick<Deps, 'queue' | 'log'>, classId: string): Promise<void> {
  try {
    await queue.enqueue(wakeIdOfClass(classId), 0, classId);
  } catch (error) {
    log.warn({ class: classId, reason: messageOf(error) }, 'could not wake the class; the tick will');
  }
}
