import { z } from 'zod';
import { isBudgetSpent } from '../../class/budget.ts';
import type { Class } from '../../class/class.ts';
import type { ClassLab } from '../../class/class-lab.ts';
import { machineSecondsOf, priceOf } from '../../class/price.ts';
import { sessionAfter, sessionAt } from '../../class/session-times.ts';
import type { Student } from '../../class/student.ts';
import { iso } from '../../core/clock.ts';
import type { Deps } from '../../ports/deps.ts';
import type { Caller } from '../caller.ts';
import { presentClassLabs } from './class-labs-read.ts';
import { chooseStudents, classStudents } from './class-students.ts';
import { findClass } from './find-class.ts';
import { phaseNow } from './phase-now.ts';

const StudentProgress = z.object({
  student: z.string().describe('Their address'),
  name: z.string().optional(),
  group: z.string().optional(),
  removedAt: z.string().optional().describe('On the roster no more, since then'),
  lab: z.string().optional(),
  phase: z.string().describe('Of their lab, or `absent`'),
  percent: z.int().min(0).max(100),
  lastEvent: z.object({ at: z.string(), type: z.string(), message: z.string() }).optional(),
  problem: z.string().optional().describe('What keeps the lab from being up, or the student from having one'),
  reason: z.string().optional().describe('The same in one word, for programs'),
  lastSeenAt: z.string().optional().describe('Their last call, to within minutes'),
  hoursUsed: z.number().describe('Machine-hours of this lab'),
  usd: z.number().describe('What this lab has cost so far'),
  startsAt: z.string().optional(),
  readyAt: z.string().optional(),
  expiresAt: z.string().optional(),
});
type StudentProgress = z.infer<typeof StudentProgress>;

/** How far each student's lab is. */
export const ClassProgress = z
  .object({
    items: z.array(StudentProgress),
    counts: z.record(z.string(), z.int()).describe('Students by phase'),
  })
  .meta({ id: 'ClassProgress' });
export type ClassProgress = z.infer<typeof ClassProgress>;

export type ProgressDeps = Pick<Deps, 'classes' | 'clock' | 'policy'>;

/**
 * All students of a class in one answer, by address, from the few items that labs' reconcilers keep up to date: no lab is
 * loaded. What time alone changes is seen to here.
 */
export async function classProgress(
  deps: ProgressDeps,
  caller: Caller,
  classId: string,
  { group, student: email }: { group?: string | undefined; student?: string | undefined } = {},
): Promise<ClassProgress> {
  const found = await findClass(deps, caller, classId);
  const { students, isFollowed } = await classStudents(deps, found);
  const chosen = chooseStudents(students, email === undefined ? undefined : [email]).filter(
    (student) => group === undefined || student.group === group,
  );
  const labs = await presentClassLabs(deps, found.id, chosen);
  const now = deps.clock.now();
  const absence = absenceWords(found, isFollowed, now);
  const items = chosen.map((student) =>
    progressOf(deps, { student, lab: labs.get(student.lab?.id ?? ''), absence, now }),
  );
  const counts: Record<string, number> = {};
  for (const { phase } of items) counts[phase] = (counts[phase] ?? 0) + 1;
  return { items, counts };
}

type Words = Pick<StudentProgress, 'problem' | 'reason'>;

function progressOf(
  { policy }: ProgressDeps,
  {
    student,
    lab,
    absence,
    now,
  }: { student: Student; lab: ClassLab | undefined; absence: Words; now: number },
): StudentProgress {
  const { email, name, group, removedAt, lastSeenAt } = student;
  const who = {
    student: email,
    ...(name === undefined ? {} : { name }),
    ...(group === undefined ? {} : { group }),
    ...(removedAt === undefined ? {} : { removedAt }),
    ...(lastSeenAt === undefined ? {} : { lastSeenAt }),
  };
  const isPast = lab?.endedAt !== undefined && (lab.phase !== 'failed' || now >= Date.parse(lab.expiresAt));
  if (lab === undefined || isPast) {
    return { ...who, ...withoutLab(student, lab, absence), percent: 0, hoursUsed: 0, usd: 0 };
  }
  const { lastEvent, startsAt, readyAt } = lab;
  return {
    ...who,
    lab: lab.labId,
    ...phaseNow(lab, now),
    ...(lastEvent === undefined ? {} : { lastEvent }),
    hoursUsed: rounded(machineSecondsOf(lab.usage, now) / 3600, 2),
    usd: rounded(priceOf(lab.usage, policy.prices, now).usd, 4),
    ...(startsAt === undefined ? {} : { startsAt }),
    ...(readyAt === undefined ? {} : { readyAt }),
    expiresAt: lab.expiresAt,
  };
}

function withoutLab(
  { lab, removedAt }: Student,
  ended: ClassLab | undefined,
  absence: Words,
): Pick<StudentProgress, 'phase' | 'lab' | 'problem' | 'reason' | 'lastEvent'> {
  if (removedAt !== undefined) {
    return { phase: 'absent', reason: 'Removed', problem: `on the roster no more, since ${removedAt}` };
  }
  if (lab !== undefined && ended === undefined) {
    return { phase: 'pending', lab: lab.id, reason: 'Recorded', problem: 'the lab is about to be made' };
  }
  const lastEvent = ended?.lastEvent;
  return { phase: 'absent', ...absence, ...(lastEvent === undefined ? {} : { lastEvent }) };
}

/** Why one who has no lab has none: of all of them the same. */
function absenceWords(found: Class, isFollowed: boolean, now: number): Words {
  const { spec, status } = found;
  if (status.endedAt !== undefined)
    return { reason: 'Ended', problem: `the class ended at ${status.endedAt}` };
  if (spec.deleted) return { reason: 'Deleted', problem: 'the class is deleted' };
  if (isBudgetSpent(found)) {
    const spent = (status.budget?.usd ?? 0).toFixed(2);
    return {
      reason: 'BudgetSpent',
      problem: `the budget is spent: ${spent} of ${spec.budget?.usd.toFixed(2)} USD; no lab starts until it is raised`,
    };
  }
  if (!isFollowed) return { reason: 'RosterPending', problem: 'the roster is being taken in' };
  const session = sessionAt(spec, now);
  if (session !== undefined) {
    return {
      reason: 'NoLab',
      problem: `has no lab in this session, which ends at ${iso(session.end)}; rebuild makes one`,
    };
  }
  const next = sessionAfter(spec, now);
  return next === undefined
    ? { reason: 'NoSession', problem: 'no session now, and none is to come' }
    : { reason: 'NoSession', problem: `no session now; the next begins at ${iso(next.start)}` };
}

export function rounded(value: number, places: number): number {
  return Math.round(value * 10 ** places) / 10 ** places;
}
