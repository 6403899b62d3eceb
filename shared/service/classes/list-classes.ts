import type { Class } from '../../class/class.ts';
import type { Deps } from '../../ports/deps.ts';
import type { Page } from '../../ports/store.ts';
import type { Caller } from '../caller.ts';
import type { PageQuery } from '../page-of.ts';

/** The caller's classes, newest first, those that are over among them; an operator's are everybody's. */
export async function listClasses(
  { classes }: Pick<Deps, 'classes'>,
  { role, subject }: Caller,
  { limit, cursor }: PageQuery,
): Promise<Page<Class>> {
  return await classes.list({
    ...(role === 'operator' ? {} : { instructor: subject }),
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
}
