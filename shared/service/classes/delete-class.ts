import type { Class } from '../../class/class.ts';
import { type ClassWrite, type ClassWriteDeps, writeClassSpec } from './write-class-spec.ts';

/** Asks for a class's end: its labs go, its records stay for a while. Asked again, the same. */
export async function deleteClass(deps: ClassWriteDeps, write: ClassWrite): Promise<Class> {
  return await writeClassSpec(deps, write, ({ spec }) =>
    spec.deleted ? undefined : { ...spec, deleted: true },
  );
}
