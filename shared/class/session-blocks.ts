import type { Occurrence } from './calendar.ts';
import type { ClassSpec } from './class.ts';
import { labsEnd } from './session-times.ts';

/**
 * Sessions as labs serve them, by start: those that follow on each other so closely that the next one's labs would have to
 * be launched before the former's have gone have the same labs, from the first bell to the last end.
 * @param occurrences by start
 * @param leadMs from the first launch to the bell
 */
export function blocksOf(
  spec: Pick<ClassSpec, 'grace'>,
  occurrences: Occurrence[],
  leadMs: number,
): Occurrence[] {
  const blocks: Occurrence[] = [];
  for (const { start, end } of occurrences) {
    const last = blocks.at(-1);
    if (last !== undefined && start - leadMs <= labsEnd(spec, last)) last.end = Math.max(last.end, end);
    else blocks.push({ start, end });
  }
  return blocks;
}
