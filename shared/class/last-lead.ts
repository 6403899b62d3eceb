import { readDuration } from '../core/duration.ts';
import type { ClassSpec } from './class.ts';

/** How long before the bell a class's labs are launched at the latest; a deployment's Policy fits. */
interface LeadPolicy {
  readySeconds: number;
  spareSeconds?: number;
}

/**
 * From the last launch to the bell, unless the class says: what a lab takes, and a spare in which one whose first try failed
 * is ready by the bell all the same.
 */
export function lastLeadSeconds(
  { leadTime }: Pick<ClassSpec, 'leadTime'>,
  { readySeconds, spareSeconds = 0 }: LeadPolicy,
): number {
  if (leadTime !== undefined) return readDuration(leadTime) ?? 0;
  return readySeconds + spareSeconds;
}
