import type { ClassLab } from '../../class/class-lab.ts';
import { priceOf } from '../../class/price.ts';
import { iso } from '../../core/clock.ts';
import { isGone } from './ask-end.ts';
import { type ClassRun, tellEvent } from './class-run.ts';

/** While anything runs. */
const OFTEN_MS = 15 * 60_000;
/** While labs are kept, stopped: their disks cost little. */
const SELDOM_MS = 6 * 3_600_000;
const WARNED_SHARE = 0.8;

/**
 * Sums what the class's labs have cost, no oftener than is of use, and tells it once when most of the budget is spent, and once
 * when all of it is.
 * @param isWanted now, whenever it was done last: a session is about to be prepared, or is over
 */
export function reckonBudget(run: ClassRun, isWanted: boolean): void {
  const { status, now, labs } = run;
  const live = [...labs.values()].filter(({ endedAt }) => endedAt === undefined);
  const runs = live.some(({ usage }) => Object.keys(usage.running).length > 0);
  const last = Date.parse(status.budget?.at ?? '') || Number.NEGATIVE_INFINITY;
  const dueAt = last + (runs ? OFTEN_MS : SELDOM_MS);
  // A clock that went back is no reason to wait until it has come round again.
  const isDue = live.length > 0 && (now >= dueAt || now < last);
  // Once more after the last has gone: what it ran since is spent too.
  const isOver =
    live.length === 0 && [...labs.values()].some(({ endedAt = '' }) => Date.parse(endedAt) > last);
  const { told = 'none' } = status.budget ?? {};
  if (isDue || isOver || (isWanted && last !== now)) {
    status.budget = { usd: spentUsd(run), at: iso(now), told };
    settle(run);
  }
  if (live.length > 0)
    run.due.push(Math.max(now, Date.parse(status.budget?.at ?? '')) + (runs ? OFTEN_MS : SELDOM_MS));
  tellLevel(run);
}

/** What it has cost so far, USD. */
function spentUsd({ deps, labs, status, now }: ClassRun): number {
  const { settled } = status;
  const open = [...labs.values()].filter(({ labId }) => settled === undefined || labId >= settled.from);
  return open.reduce((sum, lab) => sum + usdOf(lab), settled?.usd ?? 0);

  function usdOf({ usage }: ClassLab): number {
    return priceOf(usage, deps.policy.prices, now).usd;
  }
}

/** Labs that are gone, before all that may live, are summed for good. */
function settle(run: ClassRun): void {
  const { deps, labs, students, status, now } = run;
  const open = [...students.values()].flatMap(({ lab }) =>
    lab === undefined || isGone(run, lab.id) ? [] : [lab.id],
  );
  const bound = open.sort()[0] ?? '~';
  const sorted = [...labs.values()].sort((a, b) => (a.labId < b.labId ? -1 : 1));
  const isOpen = ({ labId, endedAt }: ClassLab) => endedAt === undefined || labId >= bound;
  const first = sorted.findIndex(isOpen);
  // The last one is kept, so that there is an id to go on from.
  const count = first < 0 ? sorted.length - 1 : first;
  const from = sorted[count]?.labId;
  if (count <= 0 || from === undefined) return;
  const gone = sorted
    .slice(0, count)
    .reduce((sum, { usage }) => sum + priceOf(usage, deps.policy.prices, now).usd, 0);
  status.settled = { from, usd: (status.settled?.usd ?? 0) + gone };
}

const LEVELS = ['none', 'warned', 'spent'] as const;

/** Raised, it is told anew when it comes to that. */
function tellLevel(run: ClassRun): void {
  const { budget } = run.found.spec;
  const reckoned = run.status.budget;
  if (reckoned === undefined) return;
  const share = budget === undefined ? 0 : reckoned.usd / budget.usd;
  const level = share >= 1 ? 'spent' : share >= WARNED_SHARE ? 'warned' : 'none';
  const isNews = LEVELS.indexOf(level) > LEVELS.indexOf(reckoned.told);
  reckoned.told = level;
  if (budget === undefined || !isNews) return;
  const words = `${reckoned.usd.toFixed(2)} of ${budget.usd.toFixed(2)} USD are spent`;
  const rest = budget.stopAtSessionEnd
    ? 'labs go at the end of their session'
    : 'labs that are there go on to their end';
  if (level === 'warned') tellEvent(run, 'BudgetWarning', `${words}, ${Math.floor(share * 100)} %`);
  else tellEvent(run, 'BudgetSpent', `${words}: no lab starts any more until it is raised; ${rest}`);
}
