import type { Class } from '../../class/class.ts';
import type { Student } from '../../class/student.ts';
import { type InputIssue, SlipwayError } from '../../core/errors.ts';
import type { Deps } from '../../ports/deps.ts';

/** Students of a class by address: its items, and those of a new roster that have no item yet. */
export async function classStudents(
  { classes }: Pick<Deps, 'classes'>,
  found: Class,
): Promise<{ students: Student[]; isFollowed: boolean }> {
  const students = await classes.students(found.id);
  const isFollowed = found.status.rosterId === found.spec.rosterId;
  if (isFollowed) return { students, isFollowed };
  const known = new Set(students.map(({ email }) => email));
  const entries = (await classes.roster(found.id, found.spec.rosterId)) ?? [];
  const coming = entries
    .filter(({ email }) => !known.has(email))
    .map((entry) => ({ ...entry, addedAt: found.createdAt, allowFrom: [], ownHours: [], version: 0 }));
  const all = [...students, ...coming].sort((a, b) => (a.email < b.email ? -1 : 1));
  return { students: all, isFollowed };
}

/**
 * The ones that are named, each once, or all.
 * @throws SlipwayError `invalid_input` naming every one that is not of the class.
 */
export function chooseStudents<Known extends { email: string }>(
  students: Known[],
  emails: string[] | undefined,
): Known[] {
  if (emails === undefined) return students;
  const byEmail = new Map(students.map((student) => [student.email, student]));
  const issues: InputIssue[] = [];
  const chosen = new Map<string, Known>();
  for (const [index, given] of emails.entries()) {
    const student = byEmail.get(given.trim().toLowerCase());
    if (student !== undefined) chosen.set(student.email, student);
    else {
      const message = `${given.slice(0, 80)} is no student of this class; GET its roster lists them`;
      issues.push({ pointer: `/students/${index}`, message });
    }
  }
  if (issues.length > 0) {
    const names = issues
      .map(({ pointer }) => emails[Number(pointer.split('/')[2])]?.slice(0, 80))
      .slice(0, 5);
    throw new SlipwayError(
      'invalid_input',
      `${issues.length} of the students named are not of this class: ${names.join(', ')}${issues.length > 5 ? ' …' : ''}; nothing was done`,
      { issues: issues.slice(0, 50) },
    );
  }
  return [...chosen.values()];
}
