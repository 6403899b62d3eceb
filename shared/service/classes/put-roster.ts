import { z } from 'zod';
import type { Class } from '../../class/class.ts';
import { diffRoster } from '../../class/roster-diff.ts';
import type { RosterEntry } from '../../class/student.ts';
import { iso } from '../../core/clock.ts';
import { readDuration } from '../../core/duration.ts';
import { isSlipwayError, SlipwayError } from '../../core/errors.ts';
import { newLabId } from '../../core/ids.ts';
import type { Deps } from '../../ports/deps.ts';
import { requireLiveClass } from './find-class.ts';
import { type ClassWrite, type ClassWriteDeps, writeClassSpec } from './write-class-spec.ts';

export const RosterChange = z
  .object({
    class: z.string(),
    added: z.int().describe('Who get labs'),
    removed: z.int().describe('Whose labs go at `leavesAt`'),
    changed: z.int().describe('Whose name or group is another'),
    unchanged: z.int().describe('Who are not touched'),
    leavesAt: z.string().optional().describe('When the labs of those removed go'),
  })
  .meta({ id: 'RosterChange' });
export type RosterChange = z.infer<typeof RosterChange>;

/**
 * Puts another roster in the place of a class's, whole: it is written under an id of its own, and counts from the one write
 * that names it. Of two at once the later one counts, whole too.
 * @throws SlipwayError `conflict` where the class is deleted or over; `version_conflict` where too many write at once.
 */
export async function putRoster(
  deps: ClassWriteDeps,
  write: ClassWrite,
  entries: RosterEntry[],
): Promise<RosterChange> {
  const { clock, classes } = deps;
  const rosterId = newLabId(clock.now());
  let isWritten = false;
  let change: RosterChange | undefined;
  let replaced: string | undefined;
  const removeUnused = async () => {
    if (!isWritten || (await classes.load(write.classId))?.spec.rosterId === rosterId) return;
    await classes.removeRoster(write.classId, rosterId);
  };
  try {
    const saved = await writeClassSpec(deps, { ...write, body: entries }, async (found) => {
      requireLiveClass(found);
      // The write of an attempt whose answer was lost.
      if (found.spec.rosterId === rosterId) return undefined;
      change = changeOf(found, await rosterOf(deps, found), entries, clock.now());
      if (change.added + change.removed + change.changed === 0) return undefined;
      if (!isWritten) await classes.putRoster(found.id, rosterId, entries);
      isWritten = true;
      replaced = found.spec.rosterId;
      return { ...found.spec, rosterId, students: entries.length };
    });
    if (saved.spec.rosterId !== rosterId) await removeUnused();
    // One that was never followed is nobody's to remove but ours; no run that began before this write can follow it now.
    else if (replaced !== undefined && saved.status.rosterId !== replaced) {
      await classes.removeRoster(write.classId, replaced);
    }
    // A repeat under its key finds it done.
    return change ?? changeOf(saved, entries, entries, clock.now());
  } catch (error) {
    if (isSlipwayError(error, 'version_conflict')) await removeUnused();
    throw error;
  }
}

/** Rosters are replaced by hand: who reads meets one at most that has just gone. */
const READS = 3;

/** The roster that counts, or the one that counts by now where that was replaced meanwhile. */
export async function rosterOf(
  { classes }: Pick<Deps, 'classes'>,
  { id, spec }: Class,
): Promise<RosterEntry[]> {
  let { rosterId } = spec;
  for (let read = 0; read < READS; read += 1) {
    const roster = await classes.roster(id, rosterId);
    if (roster !== undefined) return roster;
    rosterId = (await classes.load(id))?.spec.rosterId ?? rosterId;
  }
  throw new SlipwayError('version_conflict', `the roster of class ${id} is being replaced; ask again`);
}

function changeOf(
  { id, spec }: Class,
  before: RosterEntry[],
  after: RosterEntry[],
  now: number,
): RosterChange {
  const { added, removed, changed, unchanged } = diffRoster(before, after);
  const leavesAt = iso(now + (readDuration(spec.grace) ?? 0) * 1000);
  return {
    class: id,
    added: added.length,
    removed: removed.length,
    changed: changed.length,
    unchanged: unchanged.length,
    ...(removed.length === 0 ? {} : { leavesAt }),
  };
}
