import { firstAbort } from '../core/first-abort.ts';
import type { LabEvent } from '../lab/lab.ts';
import type { Deps } from '../ports/deps.ts';
import type { Caller } from './caller.ts';
import { findLab } from './find-lab.ts';

export type EventDeps = Pick<Deps, 'labs' | 'changes'>;

export interface EventQuery {
  labId: string;
  /** The last sequence that is known. */
  after: number;
  limit: number;
}

export interface EventPage {
  items: LabEvent[];
  /** What to ask after next. */
  after: number;
  /** The lab is gone and all is told. */
  ended: boolean;
}

/**
 * A lab's timeline, oldest first, up to what its saved record names: an event whose status was never saved was
 * never told (decision 3).
 */
export async function listEvents(
  { labs }: Pick<Deps, 'labs'>,
  caller: Caller,
  { labId, after, limit }: EventQuery,
): Promise<EventPage> {
  const { lab } = await findLab({ labs }, caller, labId);
  const last = lab.status.events.at(-1)?.sequence ?? 0;
  const found = after >= last ? [] : await labs.listEvents(labId, { after, limit });
  const items = found.filter(({ sequence }) => sequence <= last);
  const next = items.at(-1)?.sequence ?? after;
  return { items, after: next, ended: lab.status.deletedAt !== undefined && next >= last };
}

/**
 * The same, but waits for the first event there is.
 * @param waitSeconds 0 answers at once.
 * @param signal the caller has gone.
 */
export async function awaitEvents(
  deps: EventDeps,
  caller: Caller,
  query: EventQuery & { waitSeconds: number },
  signal: AbortSignal,
): Promise<EventPage> {
  const { labId, waitSeconds } = query;
  const over = firstAbort([signal], { afterMilliseconds: waitSeconds * 1000 });
  for (;;) {
    const woken = new AbortController();
    // Listening begins before looking: what happens in between is not missed.
    const changed = deps.changes.next(labId, waitSeconds, firstAbort([over, woken.signal]));
    try {
      const page = await listEvents(deps, caller, query);
      if (page.items.length > 0 || page.ended || waitSeconds === 0 || over.aborted) return page;
      await changed;
    } finally {
      woken.abort();
    }
  }
}
