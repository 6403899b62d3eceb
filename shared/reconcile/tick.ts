import { HANDED_OVER_SECONDS } from '../lab/schedule.ts';
import type { Deps } from '../ports/deps.ts';

/** A due is handed to the queue when it is this near, with the exact delay. */
const LOOK_AHEAD_SECONDS = 120;
const PAGE = 100;

type TickDeps = Pick<Deps, 'clock' | 'labs' | 'queue'>;

/**
 * Enqueues what is due within two minutes, to the second; costs what is due, never what exists. One due is one
 * message: only the tick that moves it sends it.
 * @returns how many it handed over.
 */
export async function tick({ clock, labs, queue }: TickDeps): Promise<number> {
  const now = clock.now();
  let handed = 0;
  let cursor: string | undefined;
  do {
    const query = {
      until: now + LOOK_AHEAD_SECONDS * 1000,
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    };
    const page = await labs.listDue(query);
    await Promise.all(
      page.items.map(async ({ labId, dueAt }) => {
        const next = Math.max(dueAt, now) + HANDED_OVER_SECONDS * 1000;
        if (!(await labs.moveDue(labId, dueAt, next))) return;
        handed += 1;
        await queue.enqueue(labId, Math.max(0, (dueAt - now) / 1000));
      }),
    );
    cursor = page.cursor;
  } while (cursor !== undefined);
  return handed;
}

/** Wakes every lab that has anything left to do: what a queue in memory forgot with its process. */
export async function wakeAll({ labs, queue }: Omit<TickDeps, 'clock'>): Promise<number> {
  let woken = 0;
  let cursor: string | undefined;
  do {
    const query = {
      until: Number.MAX_SAFE_INTEGER,
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    };
    const page = await labs.listDue(query);
    for (const { labId } of page.items) await queue.enqueue(labId, 0);
    woken += page.items.length;
    cursor = page.cursor;
  } while (cursor !== undefined);
  return woken;
}
