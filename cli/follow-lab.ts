import type { Client } from '../client/client.ts';
import { Failure } from './errors.ts';
import type { LabEvent } from './lab-event.ts';
import type { Terminal } from './terminal.ts';

/** Less than the API's own limit, so that what the timeline does not tell is seen too. */
const WAIT_SECONDS = 2;
/** Where the API may not wait, ask again after this. */
const PAUSE_MS = 2000;

/**
 * Looks at a lab each time that its timeline has news, and every other second without, until `look` knows the end.
 * @param after the last event that is known.
 * @throws Failure where the user ends it; what was asked for goes on all the same.
 */
export async function followLab<Result>(
  { api, terminal, lab }: { api: Client; terminal: Terminal; lab: string },
  after: number,
  look: (news: LabEvent[]) => Promise<Result | undefined>,
): Promise<Result> {
  let known = after;
  let wait = 0;
  try {
    for (;;) {
      const asked = performance.now();
      const page = await api.listEvents({ lab, query: { after: known, wait } });
      known = page.after;
      const result = await look(page.items);
      if (result !== undefined) return result;
      const waited = performance.now() - asked;
      if (page.items.length === 0 && wait > 0 && waited < (wait * 1000) / 2) await terminal.pause(PAUSE_MS);
      if (terminal.signal.aborted) throw new Failure(LEFT);
      wait = WAIT_SECONDS;
    }
  } catch (error) {
    throw terminal.signal.aborted ? new Failure(LEFT) : error;
  }
}

const LEFT = 'not waited for any longer; what was asked for goes on';

/** The last event there is. */
export async function lastEvent(api: Client, lab: string): Promise<number> {
  let after = 0;
  for (;;) {
    const page = await api.listEvents({ lab, query: { after, limit: 100 } });
    after = page.after;
    if (page.items.length === 0) return after;
  }
}
