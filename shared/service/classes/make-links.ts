import { z } from 'zod';
import type { Class } from '../../class/class.ts';
import type { RosterEntry, Student } from '../../class/student.ts';
import { writeCsv } from '../../class/write-csv.ts';
import { iso } from '../../core/clock.ts';
import { isSlipwayError } from '../../core/errors.ts';
import { newLabId } from '../../core/ids.ts';
import { inParallel } from '../../core/in-parallel.ts';
import type { Deps } from '../../ports/deps.ts';
import { digestOf, once } from '../once.ts';
import { chooseStudents } from './class-students.ts';
import { findClass, requireLiveClass } from './find-class.ts';
import { hashOfCode, newJoinCode } from './join-code.ts';
import { rosterOf } from './put-roster.ts';
import type { ClassWrite } from './write-class-spec.ts';

export type LinkDeps = Pick<Deps, 'clock' | 'classes' | 'requests'>;

export const JoinLink = z
  .object({
    email: z.string(),
    name: z.string().optional(),
    code: z.string().optional().describe('Shown this once: not in a repeat under the same Idempotency-Key'),
    link: z.string().optional().describe('For the student’s browser; holds the code'),
  })
  .meta({ id: 'JoinLink' });
export type JoinLink = z.infer<typeof JoinLink>;

/** A thousand students are three thousand writes, within the 30 s of a request; DynamoDB's connection pool holds 50. */
const AT_ONCE = 32;
/** The class's reconciler writes a student a few times around a session; nobody writes more often. */
const ATTEMPTS = 5;

/**
 * New join codes, for all students or some; from then on their old ones open nothing. Whose code is found is checked against
 * the student's own item, so that at any moment one code of theirs counts: the old one or the new one.
 * @param base where the API is, as the caller knows it: `https://labs.example.org`
 * @throws SlipwayError `invalid_input` for addresses that are not on the roster; `conflict` where the class is over.
 */
export async function makeLinks(
  deps: LinkDeps,
  { caller, classId, method, path, key }: ClassWrite,
  { students, base }: { students: string[] | undefined; base: string },
): Promise<JoinLink[]> {
  const found = await findClass(deps, caller, classId);
  const digest = digestOf(method, path, { students });
  // What came first is told by an id of its own.
  const repeatable = { subject: caller.subject, key, digest, labId: newLabId(deps.clock.now()) };
  return await once(deps, repeatable, async (_id, { isRepeat }) => {
    try {
      requireLiveClass(found);
      const roster = await rosterOf(deps, found);
      const chosen = chooseStudents(roster, students);
      // A body that held a secret is not given twice.
      if (isRepeat) return chosen.map(({ email, name }) => ({ email, ...named(name) }));
      const items = await deps.classes.students(classId);
      const known = new Map(items.map((student) => [student.email, student]));
      const links = await inParallel(chosen, AT_ONCE, (entry) =>
        makeLink(deps, found, { entry, known: known.get(entry.email), base }),
      );
      return await withoutStrays(deps, found, links);
    } catch (error) {
      // Nobody was shown a code: the same may be asked again.
      if (key !== undefined) await deps.requests.forget(caller.subject, key).catch(() => undefined);
      throw error;
    }
  });
}

/** The links as a file to mail from. */
export function linksCsv(links: JoinLink[]): string {
  const rows = links.map(({ email, name = '', code = '', link = '' }) => [email, name, code, link]);
  return writeCsv(['email', 'name', 'code', 'link'], rows);
}

interface Made extends JoinLink {
  /** The student had no item before. */
  isNew: boolean;
  codeHash: string;
}

/** The order is new code -> student -> old code: a crash leaves the old one good, or the new one that nobody was shown. */
async function makeLink(
  { classes, clock }: LinkDeps,
  { id }: Class,
  { entry, known, base }: { entry: RosterEntry; known: Student | undefined; base: string },
): Promise<Made> {
  const { email, name } = entry;
  const code = newJoinCode();
  const codeHash = hashOfCode(code);
  const now = iso(clock.now());
  await classes.saveCode(codeHash, { classId: id, email });
  let before = known;
  for (let attempt = 1; ; attempt += 1) {
    const student = before ?? { ...entry, addedAt: now, allowFrom: [], ownHours: [], version: 0 };
    try {
      await classes.saveStudent(id, { ...student, codeHash, codeMadeAt: now });
      break;
    } catch (error) {
      if (!isSlipwayError(error, 'version_conflict') || attempt >= ATTEMPTS) throw error;
      before = await classes.student(id, email);
    }
  }
  if (before?.codeHash !== undefined) await classes.removeCode(before.codeHash);
  const link = `${base}/join#${code}`;
  return { email, ...named(name), code, link, isNew: before === undefined, codeHash };
}

/**
 * Takes back what was made for students who left the roster in the same moment: the class's reconciler may have followed the
 * new roster before their items were there, and would not look again.
 */
async function withoutStrays({ classes }: LinkDeps, before: Class, links: Made[]): Promise<JoinLink[]> {
  const found = await classes.load(before.id);
  const isSame = found === undefined || found.spec.rosterId === before.spec.rosterId;
  const roster = isSame ? [] : await rosterOf({ classes }, found);
  const stay = new Set(roster.map(({ email }) => email));
  const kept = links.filter(({ email }) => isSame || stay.has(email));
  await inParallel(
    links.filter((link) => !kept.includes(link)),
    AT_ONCE,
    async ({ email, isNew, codeHash }) => {
      const student = isNew ? await classes.student(before.id, email) : undefined;
      if (student?.codeHash === codeHash && student.lab === undefined) {
        await classes.removeStudent(before.id, student);
      }
      await classes.removeCode(codeHash);
    },
  );
  return kept.map(({ isNew: _isNew, codeHash: _hash, ...link }) => link);
}

function named(name: string | undefined): { name?: string } {
  return name === undefined ? {} : { name };
}
