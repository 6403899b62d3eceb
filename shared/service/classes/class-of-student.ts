import type { Deps } from '../../ports/deps.ts';
import { isLive } from './find-class.ts';

/** Classes that are looked through: an instructor's of some years. */
const PAGES = 5;
const PAGE = 100;

/**
 * The newest live class of an instructor's that has a student on its roster.
 * @param email in lower case
 */
export async function classOfStudent(
  { classes }: Pick<Deps, 'classes'>,
  instructor: string,
  email: string,
): Promise<string | undefined> {
  let cursor: string | undefined;
  for (let read = 0; read < PAGES; read += 1) {
    const page = await classes.list({ instructor, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    for (const found of page.items.filter(isLive)) {
      const roster = await classes.roster(found.id, found.spec.rosterId);
      if (roster?.some((entry) => entry.email === email)) return found.id;
    }
    cursor = page.cursor;
    if (cursor === undefined) break;
  }
  return undefined;
}
