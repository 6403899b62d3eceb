import { plannedOccurrences } from './calendar.ts';
import type { ClassSpec } from './class.ts';
import type { ClassPlan } from './class-plan.ts';
import { localTime } from './local-time.ts';
import { planAssumptions } from './plan-assumptions.ts';
import { planPrice } from './plan-price.ts';
import { planRooms } from './plan-room.ts';
import { planSession } from './plan-session.ts';
import { planWarnings } from './plan-warnings.ts';
import type { PriceTable } from './price-table.ts';
import { blocksOf } from './session-blocks.ts';
import type { LaunchPace } from './waves.ts';

export interface PlanInput {
  /** Milliseconds since the epoch. */
  now: number;
  spec: Pick<ClassSpec, 'sessions' | 'timeZone' | 'leadTime' | 'after' | 'grace' | 'hoursQuota' | 'budget'>;
  /** Students, counted: the roster asked for against the one that counts now (`diffRoster`). */
  roster: { added: number; removed: number; changed: number; unchanged: number };
  /** Labs of the class that live: of students who stay, those of them that run, and of students who go. */
  labs: { kept: number; running: number; leaving: number };
  /** What each lab is: `managers` 0 where it forms no swarm, `memoryMiB` what its stacks use together. */
  lab: { machines: number; managers: number; memoryMiB: number };
  /** The deployment's; a Policy fits. */
  policy: PlanPolicy;
  /** What the account has room for, as far as it is known; an AccountRoom fits. */
  account?: PlanAccount | undefined;
  /** What the class has cost so far; 0 unless told. */
  spentUsd?: number;
}

interface PlanPolicy {
  readySeconds: number;
  spareSeconds?: number;
  launchPace?: LaunchPace;
  machine?: { type: string; vcpus: number; memoryMiB: number; diskGigabytes: number };
  prices?: PriceTable;
}

interface PlanAccount {
  vcpus?: { quota: number; used: number };
  securityGroups?: { quota: number; used: number };
  addresses?: { total: number; used: number };
}

const NEXT_SESSIONS = 5;
const DAY_MS = 86_400_000;

/**
 * What a class would come to: what would be made and when, whether there is room for it, and what it costs. Changes nothing.
 * @param input its calendar has no issues (`calendarIssues`)
 */
export function planClass(input: PlanInput): ClassPlan {
  const { now, spec, roster, lab } = input;
  const total = roster.added + roster.changed + roster.unchanged;
  const kept = Math.min(input.labs.kept, total);
  const timing = planSession(input, total);
  // Labs that are there may have served one that is over.
  const recent = plannedOccurrences(spec, now - 2 * DAY_MS);
  const occurrences = recent.filter(({ end }) => end > now);
  const blocks = blocksOf(spec, recent, timing.leadMs).filter(({ end }) => end > now);
  const [next] = blocks;
  const waves = next === undefined ? undefined : timing.waves(next);
  // What lives of an earlier session does not serve the next one, where labs are deleted after each.
  const serves = next !== undefined && (spec.after === 'stop' || !timing.isAhead(next));
  const create = next === undefined ? 0 : total - (serves ? kept : 0);
  const rooms = planRooms(input, { total, create, launch: waves?.labs ?? 0 });
  const price = planPrice(input, { total, occurrences, blocks, timing });
  return {
    students: { total, ...roster },
    labs: { create, keep: kept, remove: input.labs.leaving, machines: lab.machines },
    sessions: occurrences.length,
    next: occurrences.slice(0, NEXT_SESSIONS).map(({ start, end }) => ({
      start: new Date(start).toISOString(),
      end: new Date(end).toISOString(),
      localStart: localTime(start, spec.timeZone),
      localEnd: localTime(end, spec.timeZone),
      launchFrom: new Date(Math.max(now, timing.firstLaunch({ start, end }))).toISOString(),
    })),
    ...(waves === undefined ? {} : { waves }),
    ...rooms,
    price,
    assumptions: planAssumptions(input, price),
    warnings: planWarnings({ input, occurrences, blocks, waves, rooms, price, timing }),
  };
}
