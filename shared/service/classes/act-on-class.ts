import type { Class } from '../../class/class.ts';
import type { Student } from '../../class/student.ts';
import { sha256 } from '../../core/ids.ts';
import type { Deps } from '../../ports/deps.ts';
import type { Caller } from '../caller.ts';
import { digestOf, markOf, once } from '../once.ts';
import { type LabWrite, type WriteDeps, writeSpec } from '../write-spec.ts';
import { actOnEach, type Done, type Outcomes } from './act-on-each.ts';
import { chooseStudents, classStudents } from './class-students.ts';
import { findClass, requireLiveClass } from './find-class.ts';

export type ActDeps = WriteDeps & Pick<Deps, 'classes'>;

/** One asking something of many labs: who, of which class, in what words, and under which Idempotency-Key. */
export interface ClassAsk {
  caller: Caller;
  classId: string;
  method: string;
  path: string;
  body?: unknown;
  key: string | undefined;
  /** All where it is absent. */
  students?: string[] | undefined;
}

/** What is known where one student's lab is seen to. */
export interface InClass {
  found: Class;
  ask: ClassAsk;
}

/**
 * Does something to the labs of a class. The request's key is remembered for the class, which refuses another request under
 * it, and by each lab that it changed: asked again, it does what is left.
 * @throws SlipwayError `invalid_input` naming students that are none, before anything is done.
 */
export async function actOnClass(
  deps: ActDeps,
  ask: ClassAsk,
  act: (context: InClass, student: Student) => Promise<Done>,
  { leavers = false }: { leavers?: boolean } = {},
): Promise<Outcomes> {
  const { caller, classId, method, path, body, key } = ask;
  const found = await findClass(deps, caller, classId);
  requireLiveClass(found);
  const repeatable = { subject: caller.subject, key, digest: digestOf(method, path, body), labId: classId };
  return await once(deps, repeatable, async () => {
    const { students } = await classStudents(deps, found);
    const all = students.filter(({ removedAt }) => leavers || removedAt === undefined);
    const chosen = chooseStudents(ask.students === undefined ? all : students, ask.students);
    return await actOnEach(deps, chosen, (student) => act({ found, ask }, student));
  });
}

/** The request's key for one student or lab of many; undefined without one. */
export function keyFor({ key }: Pick<ClassAsk, 'key'>, which: string): string | undefined {
  return key === undefined ? undefined : sha256(JSON.stringify(['class', key, which]));
}

/** The part of a class's request that is one lab's. */
export function labWrite({ ask }: InClass, labId: string): LabWrite {
  const { caller, method, path, body, key } = ask;
  return { caller, labId, method, path, body, key: keyFor({ key }, labId) };
}

/** Was this very request carried out on the lab before? */
export function isCarriedOut(
  { ask }: InClass,
  lab: { id: string; spec: { applied?: string[] | undefined } },
): boolean {
  const mark = markOf({ subject: ask.caller.subject, key: keyFor(ask, lab.id) });
  return mark !== undefined && lab.spec.applied?.includes(mark) === true;
}

/** Changes one lab for the class; as it is asked to be already, nothing is written and nobody woken. */
export async function changeOne(
  deps: WriteDeps,
  context: InClass,
  seen: Parameters<Parameters<typeof writeSpec>[2]>[0],
  change: Parameters<typeof writeSpec>[2],
): Promise<Done> {
  if (isCarriedOut(context, seen) || change(seen) === undefined) return { result: 'already', lab: seen.id };
  let isChanged = false;
  await writeSpec(deps, labWrite(context, seen.id), (lab) => {
    const spec = change(lab);
    isChanged = spec !== undefined;
    return spec;
  });
  return { result: isChanged ? 'done' : 'already', lab: seen.id };
}
