import type { Class, ClassSpec } from '../../class/class.ts';
import type { Deps } from '../../ports/deps.ts';
import { type Asking, writeMarked } from '../write-marked.ts';
import { findClass } from './find-class.ts';
import { wakeClass } from './wake-class.ts';

export type ClassWriteDeps = Pick<Deps, 'clock' | 'log' | 'classes' | 'requests' | 'queue'>;

/** One asking for a change: who, of which class, in what words, and under which Idempotency-Key. */
export interface ClassWrite extends Asking {
  classId: string;
}

/**
 * Changes what is asked of a class, and wakes it.
 * @param change gives the spec to write, or undefined where nothing is to change; throws to refuse.
 */
export async function writeClassSpec(
  deps: ClassWriteDeps,
  write: ClassWrite,
  change: (found: Class) => Promise<ClassSpec | undefined> | ClassSpec | undefined,
): Promise<Class> {
  const { caller, classId } = write;
  return await writeMarked<Class>(deps, write, {
    name: `class ${classId}`,
    id: classId,
    find: () => findClass(deps, caller, classId),
    change,
    save: (found, spec) => deps.classes.saveSpec(found, spec, deps.clock.now()),
    wake: ({ id }) => wakeClass(deps, id),
  });
}
