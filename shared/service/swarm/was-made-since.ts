import type { Asked } from '../once.ts';

/** What an engine's clock may be behind ours; machines of a cloud keep within a fraction of it. */
const CLOCKS_APART_MS = 60_000;

/** A repeated request finds a thing of its name: did the first one make it, before its answer was lost? */
export function wasMadeSince(createdAt: string, { firstAt }: Asked): boolean {
  return Date.parse(createdAt) >= firstAt - CLOCKS_APART_MS;
}

/**
 * Did the first one change it? Stricter: a change that was not made is made now, and one that was made is no harm when
 * made again, but for a forced restart.
 */
export function wasChangedSince(updatedAt: string, { isRepeat, firstAt }: Asked): boolean {
  return isRepeat && Date.parse(updatedAt) >= firstAt;
}
