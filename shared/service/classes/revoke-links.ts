import { inParallel } from '../../core/in-parallel.ts';
import type { Deps } from '../../ports/deps.ts';
import { digestOf, once } from '../once.ts';
import { changeStudent } from './change-student.ts';
import { chooseStudents, classStudents } from './class-students.ts';
import { findClass } from './find-class.ts';
import type { ClassWrite } from './write-class-spec.ts';

const AT_ONCE = 32;

/**
 * Makes join codes open nothing from now on, those of all students or of some. Tokens that were got with them live on until
 * they expire, twelve hours at the longest.
 * @returns how many codes there were.
 * @throws SlipwayError `invalid_input` for addresses that are nobody's of the class.
 */
export async function revokeLinks(
  deps: Pick<Deps, 'clock' | 'classes' | 'requests'>,
  { caller, classId, method, path, key }: ClassWrite,
  students: string[] | undefined,
): Promise<number> {
  const found = await findClass(deps, caller, classId);
  const digest = digestOf(method, path, { students });
  const repeatable = { subject: caller.subject, key, digest, labId: classId };
  return await once(deps, repeatable, async () => {
    const chosen = chooseStudents((await classStudents(deps, found)).students, students);
    const revoked = await inParallel(chosen, AT_ONCE, async ({ email }) => {
      let hash: string | undefined;
      await changeStudent(deps, found.id, email, (student) => {
        hash = student.codeHash;
        if (hash === undefined) return undefined;
        const { codeHash: _hash, codeMadeAt: _madeAt, ...rest } = student;
        return rest;
      });
      if (hash !== undefined) await deps.classes.removeCode(hash);
      return hash === undefined ? 0 : 1;
    });
    return revoked.reduce<number>((total, one) => total + one, 0);
  });
}
