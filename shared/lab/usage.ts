import { z } from 'zod';
import { iso } from '../core/clock.ts';

/** Machines of one type, counted. Types as the driver names them: `t3.small`; `container` for the docker driver's. */
const ByType = z.record(z.string(), z.number().nonnegative());

/** What of a lab is paid for, reckoned whenever that changes; what runs since is `now - since`. */
export const LabUsage = z.object({
  /** Seconds of machines that ran, by type, up to `since`. */
  machineSeconds: ByType,
  /** Seconds of machines that stood stopped, by type, up to `since`: what stopping saved. */
  stoppedSeconds: ByType,
  /** Gigabytes of disk x seconds, up to `since`. */
  diskGigabyteSeconds: z.number().nonnegative(),
  since: z.string(),
  running: ByType,
  stopped: ByType,
  /** All their disks together. */
  diskGigabytes: z.number().nonnegative(),
});
export type LabUsage = z.infer<typeof LabUsage>;

/** A machine that is paid for: running ones by the second, the disks of all. */
export interface PaidMachine {
  type: string;
  diskGigabytes: number;
  isRunning: boolean;
  /** For one that was not there when usage was last reckoned: since when it has run, milliseconds since the epoch. */
  newSince?: number;
}

/** Of a lab of which nothing has run. */
export const NO_USAGE: Omit<LabUsage, 'since'> = {
  machineSeconds: {},
  stoppedSeconds: {},
  diskGigabyteSeconds: 0,
  running: {},
  stopped: {},
  diskGigabytes: 0,
};

/** The usage up to a moment, as if nothing changed since it was reckoned. */
export function usageAt(usage: LabUsage, now: number): LabUsage {
  const seconds = Math.max(0, now - Date.parse(usage.since)) / 1000;
  if (seconds === 0) return usage;
  return {
    ...usage,
    machineSeconds: plus(usage.machineSeconds, usage.running, seconds),
    stoppedSeconds: plus(usage.stoppedSeconds, usage.stopped, seconds),
    diskGigabyteSeconds: usage.diskGigabyteSeconds + usage.diskGigabytes * seconds,
    since: iso(now),
  };
}

/**
 * The usage with what is paid for from now on. Where that is what was paid for before, it is the one given: time alone
 * changes nothing that is written.
 * @param at when the machines were seen so, milliseconds since the epoch
 */
export function foldUsage(
  before: LabUsage | undefined,
  machines: PaidMachine[],
  at: number,
): LabUsage | undefined {
  const running = countByType(machines.filter(({ isRunning }) => isRunning));
  const stopped = countByType(machines.filter(({ isRunning }) => !isRunning));
  const diskGigabytes = machines.reduce((sum, machine) => sum + machine.diskGigabytes, 0);
  const added = machines.filter(({ newSince }) => newSince !== undefined);
  if (before === undefined && machines.length === 0) return undefined;
  const isSame =
    before !== undefined &&
    added.length === 0 &&
    isEqual(before.running, running) &&
    isEqual(before.stopped, stopped) &&
    before.diskGigabytes === diskGigabytes;
  if (isSame) return before;
  const sums = usageAt(before ?? { ...NO_USAGE, since: iso(at) }, at);
  let { machineSeconds, diskGigabyteSeconds } = sums;
  for (const { type, diskGigabytes: gigabytes, newSince = at } of added) {
    const seconds = Math.max(0, at - newSince) / 1000;
    machineSeconds = plus(machineSeconds, { [type]: 1 }, seconds);
    diskGigabyteSeconds += gigabytes * seconds;
  }
  return { ...sums, machineSeconds, diskGigabyteSeconds, running, stopped, diskGigabytes };
}

function countByType(machines: PaidMachine[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of machines) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

function plus(
  sums: Record<string, number>,
  counts: Record<string, number>,
  seconds: number,
): Record<string, number> {
  const next = { ...sums };
  for (const [type, count] of Object.entries(counts)) next[type] = (next[type] ?? 0) + count * seconds;
  return next;
}

function isEqual(one: Record<string, number>, other: Record<string, number>): boolean {
  const types = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...types].every((type) => (one[type] ?? 0) === (other[type] ?? 0));
}
