import type { Lab } from '../lab/lab.ts';
import { type Phase, phaseOf } from '../lab/phase.ts';
import type { Deps } from '../ports/deps.ts';
import type { Page } from '../ports/store.ts';
import type { Caller } from './caller.ts';

export interface LabQuery {
  /** Without it, all but the deleted ones, whose records are kept for a while. */
  phase?: Phase | undefined;
  template?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** Reads for one answer; a filter that few labs pass gets a short page and a cursor. */
const MOST_READS = 10;

/** The labs a caller may see, newest first. A page may hold fewer than `limit`; only a missing cursor ends the list. */
export async function listLabs(
  { labs, clock }: Pick<Deps, 'labs' | 'clock'>,
  caller: Caller,
  { phase, template, limit, cursor }: LabQuery,
): Promise<Page<Lab>> {
  const now = clock.now();
  const wanted = (lab: Lab) => {
    const itsPhase = phaseOf(lab, now);
    const itsPhaseFits = phase === undefined ? itsPhase !== 'deleted' : itsPhase === phase;
    return itsPhaseFits && (template === undefined || lab.template === template);
  };
  const items: Lab[] = [];
  let next = cursor;
  for (let read = 0; read < MOST_READS; read += 1) {
    const page = await labs.list({
      ...(caller.role === 'operator' ? {} : { owner: caller.subject }),
      limit: limit - items.length,
      ...(next === undefined ? {} : { cursor: next }),
    });
    items.push(...page.items.filter(wanted));
    next = page.cursor;
    if (next === undefined || items.length >= limit) break;
  }
  return next === undefined ? { items } : { items, cursor: next };
}
