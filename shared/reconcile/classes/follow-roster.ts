import { diffRoster } from '../../class/roster-diff.ts';
import type { RosterEntry, Student } from '../../class/student.ts';
import { iso } from '../../core/clock.ts';
import { readDuration } from '../../core/duration.ts';
import { isGone } from './ask-end.ts';
import { type ClassRun, counted, tellEvent } from './class-run.ts';
import { inTime } from './in-time.ts';

const AGAIN_MS = 60_000;

/**
 * Brings students' items to the roster that counts: made, renamed, brought back, or marked as removed. Until all are, the
 * status names the roster before it, so that a run cut off goes on where it was.
 */
export async function followRoster(run: ClassRun): Promise<void> {
  const { deps, found, status, students } = run;
  const { rosterId } = found.spec;
  if (status.rosterId === rosterId) return;
  const entries = await deps.classes.roster(found.id, rosterId);
  if (entries === undefined) {
    // Another took its place meanwhile, and its writer wakes us; until then the former counts.
    deps.log.warn({ class: found.id, roster: rosterId }, 'the roster that counts is not there');
    run.due.push(run.now + AGAIN_MS);
    return;
  }
  const changes = changesTo(run, entries);
  const isFollowed = await inTime(run, changes, async (student) => {
    students.set(student.email, await deps.classes.saveStudent(found.id, student));
  });
  if (!isFollowed) return;
  await tellChange(run, entries);
  if (status.rosterId !== undefined) {
    status.formerRosters = [...(status.formerRosters ?? []), status.rosterId];
  }
  status.rosterId = rosterId;
}

/** Students' items as they are to be written. */
function changesTo(run: ClassRun, entries: RosterEntry[]): Student[] {
  const { students, now } = run;
  const listed = new Map(entries.map((entry) => [entry.email, entry]));
  const kept = [...students.values()].flatMap((student): Student[] => {
    const entry = listed.get(student.email);
    if (entry === undefined) {
      return student.removedAt === undefined ? [{ ...student, removedAt: iso(now) }] : [];
    }
    const isSame = entry.name === student.name && entry.group === student.group;
    if (isSame && student.removedAt === undefined) return [];
    const { name: _name, group: _group, removedAt, lab, ...rest } = student;
    // Whoever is back too late for their lab gets another.
    const isLost = removedAt !== undefined && lab !== undefined && isGoing(run, lab.id);
    return [{ ...rest, ...(lab === undefined || isLost ? {} : { lab }), ...entry }];
  });
  const added = entries
    .filter(({ email }) => !students.has(email))
    .map((entry) => ({ ...entry, addedAt: iso(now), allowFrom: [], ownHours: [], version: 0 }));
  return [...kept, ...added];
}

function isGoing(run: ClassRun, labId: string): boolean {
  return isGone(run, labId) || run.labs.get(labId)?.phase === 'deleting';
}

async function tellChange(run: ClassRun, entries: RosterEntry[]): Promise<void> {
  const { deps, found, status, now } = run;
  if (status.rosterId === undefined) {
    tellEvent(run, 'RosterFollowed', `${counted(entries.length, 'student')} on the roster`);
    return;
  }
  const before = (await deps.classes.roster(found.id, status.rosterId)) ?? [];
  const { added, removed, changed } = diffRoster(before, entries);
  const parts = [`${added.length} added`, `${removed.length} removed`, `${changed.length} changed`];
  const goAt = iso(now + (readDuration(found.spec.grace) ?? 0) * 1000);
  const leaving = removed.length === 0 ? '' : `; labs of those removed go at ${goAt}`;
  tellEvent(run, 'RosterFollowed', `the roster changed: ${parts.join(', ')}${leaving}`);
}

/** Rosters that nobody follows any more; gone already is done. */
export async function removeFormerRosters({ deps, found, status }: ClassRun): Promise<void> {
  for (const rosterId of status.formerRosters ?? []) await deps.classes.removeRoster(found.id, rosterId);
}
