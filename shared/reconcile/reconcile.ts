import { classOfWakeId } from '../core/ids.ts';
import type { Deps } from '../ports/deps.ts';
import { reconcileClass } from './classes/reconcile-class.ts';
import { reconcileLab } from './reconcile-lab.ts';

/**
 * Does what a wake asks for: one step of a lab or of a class.
 * @param wakeId as the queue carries it; shared/core/ids.ts.
 * @throws only what the queue should retry.
 */
export async function reconcile(deps: Deps, wakeId: string): Promise<void> {
  const classId = classOfWakeId(wakeId);
  await (classId === undefined ? reconcileLab(deps, wakeId) : reconcileClass(deps, classId));
}
