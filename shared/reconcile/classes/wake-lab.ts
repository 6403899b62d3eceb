import { fairKeyOf } from '../../lab/fair-key.ts';
import type { Lab } from '../../lab/lab.ts';
import type { ClassRun } from './class-run.ts';

/** The tick finds what is new within a minute: a moment that is nearer would be missed by as much. */
const NEAR_MS = 120_000;

/**
 * Wakes a lab that is due at once, or whose moment is near: should the message be lost, the tick finds it.
 * @param at its moment, milliseconds since the epoch; absent: now
 */
export async function wakeLab({ deps }: Pick<ClassRun, 'deps'>, lab: Lab, at?: number): Promise<void> {
  const laterMs = at === undefined ? 0 : Math.max(0, at - deps.clock.now());
  if (laterMs <= NEAR_MS) await deps.queue.enqueue(lab.id, laterMs / 1000, fairKeyOf(lab));
}
