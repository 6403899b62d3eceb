import { z } from 'zod';
import type { Class } from '../../class/class.ts';
import { iso } from '../../core/clock.ts';
import { isSlipwayError } from '../../core/errors.ts';
import { newLabId } from '../../core/ids.ts';
import type { LabSpec } from '../../lab/lab.ts';
import { digestOf, once } from '../once.ts';
import { writeSpec } from '../write-spec.ts';
import { type ActDeps, type ClassAsk, labWrite } from './act-on-class.ts';
import { actOnEach, type Done, type Outcomes } from './act-on-each.ts';
import { classStudents } from './class-students.ts';
import { findClass, requireLiveClass } from './find-class.ts';
import { presentLab } from './present-lab.ts';

/** ClassSpec's and LabSpec's limit. */
const KEPT = 10;
/** Ten of them, and their events, in a lab's record of 16 KB. */
const LONGEST = 280;

/** What `POST /classes/{class}/messages` takes. It is shown in terminals, so it can hold nothing that steers one. */
export const MessageRequest = z.strictObject({
  text: z
    .string()
    .trim()
    .min(1, 'must say something')
    .max(LONGEST, `must be at most ${LONGEST} characters`)
    .refine(
      (text) => !/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(text),
      'must be one line, without control characters',
    )
    .describe('Shown in the timeline of each lab, and in the command'),
});

/**
 * Tells all labs of a class something: those that live, and those that are made while it is among the last ten.
 * The record of the class comes first: a lab that is made meanwhile is told too, and none is told twice.
 * @returns the class, and what became of each student's lab; one without a lab has it already, by the class.
 */
export async function sendMessage(
  deps: ActDeps,
  ask: ClassAsk,
  text: string,
): Promise<{ found: Class; told: Outcomes }> {
  const { caller, classId, method, path, body, key } = ask;
  requireLiveClass(await findClass(deps, caller, classId));
  const repeatable = {
    subject: caller.subject,
    key,
    digest: digestOf(method, path, body),
    labId: newLabId(deps.clock.now()),
  };
  // A repeat gets the first one's id, by which each record knows what it was told.
  return await once(deps, repeatable, async (id) => {
    const notice = { id, at: iso(deps.clock.now()), text };
    const found = await keep(deps, ask, notice);
    const { students } = await classStudents(deps, found);
    const told = await actOnEach(deps, students, async (student): Promise<Done> => {
      const lab = await presentLab(deps, student);
      if (lab === undefined || withNotice(lab.spec, notice) === undefined) {
        return { result: 'already', lab: lab?.id };
      }
      const write = { ...labWrite({ found, ask }, lab.id), key: undefined };
      await writeSpec(deps, write, ({ spec }) => withNotice(spec, notice));
      return { result: 'done', lab: lab.id };
    });
    return { found, told };
  });
}

type NoticeText = NonNullable<LabSpec['notices']>[number];

function withNotice(spec: LabSpec, notice: NoticeText): LabSpec | undefined {
  const notices = spec.notices ?? [];
  // Older than all that are kept: it was told, and others came since.
  const isPast = notices.length === KEPT && notices.every(({ id }) => id > notice.id);
  if (isPast || notices.some(({ id }) => id === notice.id)) return undefined;
  return { ...spec, notices: [...notices, notice].slice(-KEPT) };
}

async function keep(deps: ActDeps, { caller, classId }: ClassAsk, notice: NoticeText): Promise<Class> {
  for (let attempt = 1; ; attempt += 1) {
    const found = await findClass(deps, caller, classId);
    const { notices } = found.spec;
    if (notices.some(({ id }) => id === notice.id)) return found;
    if (notices.length === KEPT && notices.every(({ id }) => id > notice.id)) return found;
    try {
      const spec = { ...found.spec, notices: [...notices, notice].slice(-KEPT) };
      return await deps.classes.saveSpec(found, spec, found.dueAt ?? deps.clock.now());
    } catch (error) {
      if (!isSlipwayError(error, 'version_conflict') || attempt >= 5) throw error;
    }
  }
}
