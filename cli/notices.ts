import type { Client } from '../client/client.ts';
import type { Lab } from '../client/operations.ts';
import { colorsFor } from './colors.ts';
import type { Context } from './context.ts';
import type { LabEvent } from './lab-event.ts';
import { keepHeard, readHeard } from './session.ts';
import { onOneLine } from './table.ts';
import { readClaims } from './token-claims.ts';

/** What an instructor says to all labs of a class, in the timeline of each. */
const MESSAGE = 'Message';
/** No timeline is read further for them in one call. */
const MOST_PAGES = 20;

export function isMessage({ type }: Pick<LabEvent, 'type'>): boolean {
  return type === MESSAGE;
}

/** To standard error, so that no program that reads a command's answer meets it. */
export function tellMessage({ terminal, note }: Context, { message }: LabEvent): void {
  note(colorsFor(terminal).bold(colorsFor(terminal).yellow(`Your instructor says: ${onOneLine(message)}`)));
}

/**
 * Tells once what the instructor has said since the last time, to whom the lab belongs. Nothing of it ever fails the command
 * that it stands beside.
 */
export async function tellMessages(context: Context, api: Client, lab: Lab): Promise<void> {
  const { token = '' } = await context.session();
  if (lab.class === undefined || readClaims(token).subject !== lab.owner) return;
  try {
    let after = await readHeard(context.terminal, lab.id);
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const { items, after: next } = await api.listEvents({ lab: lab.id, query: { after, limit: 100 } });
      for (const event of items) if (isMessage(event)) tellMessage(context, event);
      after = next;
      if (items.length === 0) break;
    }
    await keepHeard(context.terminal, lab.id, after);
  } catch {
    // It is told next time.
  }
}
