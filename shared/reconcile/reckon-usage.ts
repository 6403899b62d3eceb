import { foldUsage, type PaidMachine } from '../lab/usage.ts';
import type { Run } from './run.ts';

/**
 * Reckons what of the lab is paid for where that has changed since the last save: from its launch for a machine seen for
 * the first time, until it is listed no more or the order to destroy all was taken. In a run that could not look it tells
 * nothing. Reckoned from what was saved, so that it may be asked for any number of times.
 */
export function reckonUsage(run: Run): void {
  const { status, lab } = run;
  if (!run.isObserved) return;
  const { removalAskedAt } = status;
  const machines = removalAskedAt === undefined ? paidMachines(run) : [];
  const now = run.deps.clock.now();
  const at = removalAskedAt === undefined ? now : Math.min(now, Date.parse(removalAskedAt));
  const usage = foldUsage(lab.status.usage, machines, at);
  if (usage !== undefined) status.usage = usage;
}

/** All that the driver lists, those that are on their way out too. */
function paidMachines({ deps, lab, status, listed }: Run): PaidMachine[] {
  return listed.map(({ name, attempt, state }) => {
    const isThis = (one: { name: string; attempt: number }) => one.name === name && one.attempt === attempt;
    const before = lab.status.machines.find(isThis);
    const known = status.machines.find(isThis);
    const made = deps.driver.describe(status.intent?.placement ?? {});
    const { type = made.type, diskGigabytes = made.diskGigabytes } = known ?? before ?? made;
    const isNew = known !== undefined && before === undefined;
    const launch = status.intent?.attempt === attempt ? status.intent.launchedAt : undefined;
    return {
      type,
      diskGigabytes,
      isRunning: state !== 'Stopped',
      ...(isNew ? { newSince: launch === undefined ? deps.clock.now() : Date.parse(launch) } : {}),
    };
  });
}
