import type { LabUsage } from '../lab/usage.ts';
import type { PriceTable } from './price-table.ts';

/** AWS's month for what is priced by the month: 365 days of 24 hours over 12. */
const MONTH_HOURS = 730;
const HOUR_SECONDS = 3600;

/** What something cost, USD. */
export interface Price {
  usd: number;
  /** What the seconds that its machines stood stopped would have cost, had they run. */
  savedUsd: number;
  /** Types that the table has no price for: nothing is reckoned for their machines' hours. */
  unpriced: string[];
}

/**
 * What a lab has cost so far: its machines and their addresses while they ran, their disks all along. Without traffic.
 * @param prices undefined: nothing is paid for, and every type is told as unpriced.
 * @param now milliseconds since the epoch
 */
export function priceOf(usage: LabUsage, prices: PriceTable | undefined, now: number): Price {
  const since = secondsSince(usage, now);
  const ran = grown(usage.machineSeconds, usage.running, since);
  const stood = grown(usage.stoppedSeconds, usage.stopped, since);
  const types = [...new Set([...ran.keys(), ...stood.keys()])].sort();
  if (prices === undefined) return { usd: 0, savedUsd: 0, unpriced: types };
  const diskSeconds = usage.diskGigabyteSeconds + usage.diskGigabytes * since;
  return {
    usd: machinesUsd(ran, prices) + diskUsd(diskSeconds, prices),
    savedUsd: machinesUsd(stood, prices),
    unpriced: types.filter((type) => machineHourOf(type, prices) === undefined),
  };
}

/** Seconds that its machines ran, all together. */
export function machineSecondsOf(usage: LabUsage, now: number): number {
  return sum(grown(usage.machineSeconds, usage.running, secondsSince(usage, now)).values());
}

/** An hour of a machine that runs, its address included and its disk not; undefined where its type has no price. */
export function runningHourUsd(type: string, prices: PriceTable): number | undefined {
  const machineHour = machineHourOf(type, prices);
  return machineHour === undefined ? undefined : machineHour + prices.addressHour;
}

/** @param gigabyteSeconds gigabytes times the seconds they are there */
export function diskUsd(gigabyteSeconds: number, prices: PriceTable): number {
  return (gigabyteSeconds / HOUR_SECONDS / MONTH_HOURS) * prices.diskGigabyteMonth;
}

function machineHourOf(type: string, { machineHour }: PriceTable): number | undefined {
  return Object.hasOwn(machineHour, type) ? machineHour[type] : undefined;
}

function machinesUsd(seconds: Map<string, number>, prices: PriceTable): number {
  return sum(
    [...seconds].map(([type, count]) => (count / HOUR_SECONDS) * (runningHourUsd(type, prices) ?? 0)),
  );
}

function grown(
  before: Record<string, number>,
  present: Record<string, number>,
  seconds: number,
): Map<string, number> {
  const total = new Map(Object.entries(before));
  for (const [type, machines] of Object.entries(present)) {
    total.set(type, (total.get(type) ?? 0) + machines * seconds);
  }
  return total;
}

/** A clock that went back adds nothing. */
function secondsSince({ since }: LabUsage, now: number): number {
  return Math.max(0, now - Date.parse(since)) / 1000;
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
