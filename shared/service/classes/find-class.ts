import { type Class, ClassName } from '../../class/class.ts';
import { SlipwayError } from '../../core/errors.ts';
import type { Deps } from '../../ports/deps.ts';
import type { Caller } from '../caller.ts';

/** A class is its instructor's own, and every operator's; a student knows of none. */
function maySee({ role, subject }: Caller, found: Pick<Class, 'instructor'>): boolean {
  return role === 'operator' || (role === 'instructor' && found.instructor === subject);
}

/** @throws SlipwayError `not_found`, the same for a class that is not and one that is somebody else's. */
export async function findClass(
  { classes }: Pick<Deps, 'classes'>,
  caller: Caller,
  classId: string,
): Promise<Class> {
  const found = ClassName.safeParse(classId).success ? await classes.load(classId) : undefined;
  if (found !== undefined && maySee(caller, found)) return found;
  throw new SlipwayError(
    'not_found',
    `there is no class "${classId.slice(0, 63)}" of yours; GET /v1/classes lists them`,
  );
}

/** Neither deleted nor over. */
export function isLive({ spec, status }: Pick<Class, 'spec' | 'status'>): boolean {
  return !spec.deleted && status.endedAt === undefined;
}

/** @throws SlipwayError `conflict` with the reason where it is not live: nothing brings it back. */
export function requireLiveClass(found: Class): void {
  if (isLive(found)) return;
  const { id, spec, status } = found;
  const reason = spec.deleted ? 'is deleted' : `ended at ${status.endedAt}`;
  throw new SlipwayError('conflict', `class ${id} ${reason} and cannot be changed; make a new one`, {
    facts: { reason: spec.deleted ? 'Deleted' : 'Ended' },
  });
}
