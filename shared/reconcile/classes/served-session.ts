import { specByNow } from '../../class/budget.ts';
import { currentOrNext, type Occurrence, occurrencesBetween } from '../../class/calendar.ts';
import type { Class } from '../../class/class.ts';
import { lastLeadSeconds } from '../../class/last-lead.ts';
import { machinesPerLab } from '../../class/machines-per-lab.ts';
import { blocksOf } from '../../class/session-blocks.ts';
import { labsEnd } from '../../class/session-times.ts';
import type { Student } from '../../class/student.ts';
import { leadSeconds } from '../../class/waves.ts';
import { iso } from '../../core/clock.ts';
import type { Deps } from '../../ports/deps.ts';

/** A session that labs are to serve; moments are milliseconds since the epoch. */
export interface ToServe {
  /** By which its labs know it. */
  key: string;
  start: number;
  end: number;
  labsEnd: number;
  lastLaunch: number;
  /** From when its labs are recorded. */
  prepareAt: number;
}

/** How long before the first launch labs are recorded: what a crash, a lost message or others' launches cost is in it. */
const AHEAD_MS = 15 * 60_000;
const DAY_MS = 86_400_000;

/**
 * The session whose labs are there or come next. Sessions that follow on each other so closely that the next one's labs
 * would have to be launched before the former's have gone are served by the same labs, from the first bell to the last end.
 * @param students how many each have a lab
 */
export function sessionToServe(
  { catalogue, policy }: Pick<Deps, 'catalogue' | 'policy'>,
  found: Pick<Class, 'spec' | 'status'>,
  { now, students }: { now: number; students: number },
): ToServe | undefined {
  const { status } = found;
  const spec = specByNow(found);
  const lastLeadMs = lastLeadSeconds(spec, policy) * 1000;
  const demand = { labs: students, machinesPerLab: machinesPerLab(catalogue, spec), pace: policy.launchPace };
  const leadMs = lastLeadMs + leadSeconds(demand) * 1000;
  // A clock that went back does not bring back a session whose labs are gone.
  const from = Math.max(now, Date.parse(status.session?.start ?? '') || 0);
  const near = blocksOf(spec, occurrencesBetween(spec, from - 2 * DAY_MS, from + 7 * DAY_MS), leadMs);
  const index = near.findIndex((block) => labsEnd(spec, block) > from);
  const [block, earlier] = [near[index] ?? firstAfter(from), near[index - 1]];
  return block && served(block, earlier === undefined ? Number.NEGATIVE_INFINITY : labsEnd(spec, earlier));

  function firstAfter(moment: number): Occurrence | undefined {
    const next = currentOrNext(spec, moment);
    return next && blocksOf(spec, occurrencesBetween(spec, next.start, next.start + 7 * DAY_MS), leadMs)[0];
  }

  function served(block: Occurrence, formerLabsEnd: number): ToServe {
    const { session } = status;
    const end = labsEnd(spec, block);
    const isSame =
      session !== undefined && block.start < Date.parse(session.labsEnd) && end > Date.parse(session.start);
    return {
      key: isSame ? session.key : iso(block.start),
      start: block.start,
      end: block.end,
      labsEnd: end,
      lastLaunch: block.start - lastLeadMs,
      prepareAt: Math.max(block.start - leadMs - AHEAD_MS, formerLabsEnd),
    };
  }
}

/** Was a student's lab made for the session, by us or on request? */
export function isOfSession(
  lab: Student['lab'],
  { key, start, labsEnd: end }: Pick<ToServe, 'key' | 'start' | 'labsEnd'>,
): boolean {
  if (lab?.session === undefined) return false;
  const at = Date.parse(lab.session);
  return lab.session === key || (at >= start && at < end);
}
