import type { Lab } from '../lab/lab.ts';
import { type Phase, phaseOf } from '../lab/phase.ts';
import type { Deps } from '../ports/deps.ts';
import type { Page } from '../ports/store.ts';
import type { Caller } from './caller.ts';
import { findClass } from './classes/find-class.ts';

export interface LabQuery {
  /** Without it, all but the deleted ones, whose records are kept for a while. */
  phase?: Phase | undefined;
  template?: string | undefined;
  /** Only the present labs of this class. */
  class?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** Reads for one answer; a filter that few labs pass gets a short page and a cursor. */
const MOST_READS = 10;

/** The labs a caller may see, newest first. A page may hold fewer than `limit`; only a missing cursor ends the list. */
export async function listLabs(
  deps: Pick<Deps, 'labs' | 'clock' | 'classes'>,
  caller: Caller,
  query: LabQuery,
): Promise<Page<Lab>> {
  const { labs, clock } = deps;
  const { phase, template, limit, cursor } = query;
  const now = clock.now();
  const wanted = (lab: Lab) => {
    const itsPhase = phaseOf(lab, now);
    const itsPhaseFits = phase === undefined ? itsPhase !== 'deleted' : itsPhase === phase;
    const itsClassFits = query.class === undefined || lab.class?.id === query.class;
    return itsPhaseFits && itsClassFits && (template === undefined || lab.template === template);
  };
  if (query.class !== undefined && caller.role !== 'student') {
    return await listLabsOfClass(deps, caller, query.class, { limit, cursor, wanted });
  }
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

/** The present labs of a class's students, newest first. */
async function listLabsOfClass(
  { labs, classes }: Pick<Deps, 'labs' | 'classes'>,
  caller: Caller,
  classId: string,
  { limit, cursor, wanted }: { limit: number; cursor: string | undefined; wanted: (lab: Lab) => boolean },
): Promise<Page<Lab>> {
  const found = await findClass({ classes }, caller, classId);
  const ids = (await classes.students(found.id))
    .flatMap(({ lab }) => (lab === undefined ? [] : [lab.id]))
    .filter((id) => cursor === undefined || id < cursor)
    .sort()
    .reverse();
  const page = ids.slice(0, limit);
  const loaded = await Promise.all(page.map((id) => labs.load(id)));
  const items = loaded.flatMap((one) => (one !== undefined && wanted(one.lab) ? [one.lab] : []));
  const last = page.at(-1);
  return ids.length > limit && last !== undefined ? { items, cursor: last } : { items };
}
