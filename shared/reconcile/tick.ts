import { wakeIdOfClass } from '../core/ids.ts';
import { fairKeyOf } from '../lab/fair-key.ts';
import { HANDED_OVER_SECONDS } from '../lab/schedule.ts';
import type { Deps } from '../ports/deps.ts';
import type { Page } from '../ports/store.ts';

const PAGE = 100;

type TickDeps = Pick<Deps, 'clock' | 'labs' | 'classes' | 'queue'>;
type DueQuery = { until: number; limit: number; cursor?: string };

/** What falls due, a lab or a class, by the id that wakes it. */
interface Due {
  wakeId: string;
  dueAt: number;
  /** @returns whose it is, where it was we who moved it. */
  move(to: number): Promise<{ fairKey: string } | undefined>;
}

/**
 * Enqueues what is due soon, to the second; costs what is due, never what exists. One due is one
 * message: only the tick that moves it sends it.
 * @returns how many labs and classes it handed over.
 */
export async function tick(deps: TickDeps): Promise<number> {
  const { clock, queue } = deps;
  const now = clock.now();
  // Up to the moment to which it moves what is late: what it has moved is not found on a later page.
  const until = now + HANDED_OVER_SECONDS * 1000 - 1;
  return await ofEachPage(deps, until, async (page) => {
    const handed = await Promise.all(
      page.map(async ({ wakeId, dueAt, move }) => {
        const moved = await move(Math.max(dueAt, now) + HANDED_OVER_SECONDS * 1000);
        if (moved === undefined) return false;
        await queue.enqueue(wakeId, Math.max(0, (dueAt - now) / 1000), moved.fairKey);
        return true;
      }),
    );
    return handed.filter(Boolean).length;
  });
}

/** Wakes every lab and class that has anything left to do: what a queue in memory forgot with its process. */
export async function wakeAll(deps: Omit<TickDeps, 'clock'>): Promise<number> {
  return await ofEachPage(deps, Number.MAX_SAFE_INTEGER, async (page) => {
    for (const { wakeId } of page) await deps.queue.enqueue(wakeId, 0);
    return page.length;
  });
}

/** Classes first: what they prepare is more than one lab's. @returns the sum of what the pages came to. */
async function ofEachPage(
  { labs, classes }: Pick<TickDeps, 'labs' | 'classes'>,
  until: number,
  act: (page: Due[]) => Promise<number>,
): Promise<number> {
  const dueClasses = await ofEach(
    (query) => classes.listDue(query),
    ({ classId, dueAt }) => ({
      wakeId: wakeIdOfClass(classId),
      dueAt,
      move: async (to) => ((await classes.moveDue(classId, dueAt, to)) ? { fairKey: classId } : undefined),
    }),
  );
  const dueLabs = await ofEach(
    (query) => labs.listDue(query),
    ({ labId, dueAt }) => ({
      wakeId: labId,
      dueAt,
      async move(to) {
        const lab = await labs.moveDue(labId, dueAt, to);
        return lab && { fairKey: fairKeyOf(lab) };
      },
    }),
  );
  return dueClasses + dueLabs;

  async function ofEach<Found>(
    list: (query: DueQuery) => Promise<Page<Found>>,
    dueOf: (found: Found) => Due,
  ): Promise<number> {
    let sum = 0;
    let cursor: string | undefined;
    do {
      const page: Page<Found> = await list({
        until,
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      sum += await act(page.items.map(dueOf));
      cursor = page.cursor;
    } while (cursor !== undefined);
    return sum;
  }
}
