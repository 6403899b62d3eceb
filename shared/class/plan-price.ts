import { readDuration } from '../core/duration.ts';
import type { Occurrence } from './calendar.ts';
import type { ClassPlan } from './class-plan.ts';
import { weekOf } from './local-time.ts';
import type { PlanInput } from './plan.ts';
import type { SessionTiming } from './plan-session.ts';
import { diskUsd, runningHourUsd } from './price.ts';

const HOUR_SECONDS = 3600;
const WEEK_MS = 7 * 86_400_000;

/** What everything that is still to come costs, in either way to end a session. */
export function planPrice(
  input: PlanInput,
  plan: { total: number; occurrences: Occurrence[]; blocks: Occurrence[]; timing: SessionTiming },
): ClassPlan['price'] {
  const { spec, lab, policy } = input;
  const hour = policy.machine && policy.prices && runningHourUsd(policy.machine.type, policy.prices);
  if (policy.machine === undefined || policy.prices === undefined || hour === undefined) return UNPRICED;
  const { prices, machine } = policy;
  /** Of labs that run so many seconds together, and of labs that are there so many. */
  const runningUsd = (seconds: number) => (seconds / HOUR_SECONDS) * lab.machines * hour;
  const disksUsd = (seconds: number) => diskUsd(seconds * lab.machines * machine.diskGigabytes, prices);

  const { total, occurrences, blocks, timing } = plan;
  const first = blocks[0];
  const last = blocks.at(-1);
  const seconds = (after: 'delete' | 'stop') =>
    blocks.reduce((sum, session) => sum + timing.labSeconds(session, after), 0);
  const deleted = seconds('delete');
  const deleteUsd = runningUsd(deleted) + disksUsd(deleted);
  const kept = first === undefined || last === undefined ? 0 : timing.keptSeconds(first, last);
  const stopUsd = runningUsd(seconds('stop')) + disksUsd(kept);
  const totalUsd = spec.after === 'delete' ? deleteUsd : stopUsd;
  const firstSeconds = first === undefined ? 0 : timing.labSeconds(first, spec.after);

  const ownWeekly = weeklyOwnSeconds(input);
  const ownSeconds = ownWeekly * weeksUntil(last, input) * total;
  // Disks of labs that are kept are paid for already.
  const ownUsd = runningUsd(ownSeconds) + (spec.after === 'delete' ? disksUsd(ownSeconds) : 0);
  return {
    currency: 'USD',
    priced: true,
    firstSessionUsd: rounded(runningUsd(firstSeconds) + disksUsd(firstSeconds)),
    perWeekUsd: rounded(totalUsd / Math.max(1, weeksWithSessions(occurrences, spec.timeZone))),
    totalUsd: rounded(totalUsd),
    deleteUsd: rounded(deleteUsd),
    stopUsd: rounded(stopUsd),
    ...(ownWeekly === 0 ? {} : { withOwnHoursUsd: rounded(totalUsd + ownUsd) }),
    table: { region: prices.region, date: prices.date },
  };
}

const UNPRICED: ClassPlan['price'] = {
  currency: 'USD',
  priced: false,
  firstSessionUsd: 0,
  perWeekUsd: 0,
  totalUsd: 0,
  deleteUsd: 0,
  stopUsd: 0,
};

/** Each student's. */
function weeklyOwnSeconds({ spec }: PlanInput): number {
  return readDuration(spec.hoursQuota ?? '') ?? 0;
}

/** Weeks of which some is still to come before the last session is over. */
function weeksUntil(last: Occurrence | undefined, { now, spec }: PlanInput): number {
  return last === undefined ? 0 : Math.ceil((last.end - weekOf(now, spec.timeZone).start) / WEEK_MS);
}

function weeksWithSessions(occurrences: Occurrence[], timeZone: string): number {
  let weeks = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const { start } of occurrences) {
    if (start < end) continue;
    weeks += 1;
    end = weekOf(start, timeZone).end;
  }
  return weeks;
}

/** A hundredth of a cent is nobody's question. */
function rounded(usd: number): number {
  return Math.round(usd * 10_000) / 10_000;
}
