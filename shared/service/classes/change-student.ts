import type { Student } from '../../class/student.ts';
import { isSlipwayError } from '../../core/errors.ts';
import type { Deps } from '../../ports/deps.ts';

/** The class's reconciler, a join and a student's own call may write one item at once. */
const ATTEMPTS = 5;

/**
 * Changes a student's item, on whatever the others wrote before.
 * @param change gives what to write, or undefined where nothing is to change; throws to refuse.
 * @returns it as it is now; undefined for one who is gone.
 */
export async function changeStudent(
  { classes }: Pick<Deps, 'classes'>,
  classId: string,
  email: string,
  change: (student: Student) => Promise<Student | undefined> | Student | undefined,
): Promise<Student | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const student = await classes.student(classId, email);
    if (student === undefined) return undefined;
    const next = await change(student);
    if (next === undefined) return student;
    try {
      return await classes.saveStudent(classId, next);
    } catch (error) {
      if (!isSlipwayError(error, 'version_conflict') || attempt >= ATTEMPTS) throw error;
    }
  }
}
