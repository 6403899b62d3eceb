import { lastEnd } from '../../class/calendar.ts';
import type { ClassSpec } from '../../class/class.ts';
import { labsEnd } from '../../class/session-times.ts';

/** When labs that serve the whole course go, and those of its last session; milliseconds since the epoch. */
export function courseEnd(spec: ClassSpec): number {
  const end = lastEnd(spec);
  return labsEnd(spec, { start: end, end });
}
