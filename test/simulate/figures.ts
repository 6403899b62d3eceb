import type { Call } from '../support/fake-ec2/call-log.ts';
import type { FakeEc2 } from '../support/fake-ec2/start-fake-ec2.ts';

/** What a run cost of the account's API. */
export interface CallFigures {
  calls: number;
  throttled: number;
  /** 0 … 1 */
  throttledShare: number;
  /** Of those that were throttled, by action, most first. */
  throttledActions: Record<string, number>;
}

export function countCalls(calls: readonly Call[]): CallFigures {
  const ec2 = calls.filter(({ service }) => service === 'ec2');
  const refused = ec2.filter(({ code }) => code === 'RequestLimitExceeded');
  return {
    calls: ec2.length,
    throttled: refused.length,
    throttledShare: refused.length / Math.max(1, ec2.length),
    throttledActions: tally(refused.map(({ action }) => action)),
  };
}

/** How often each comes, most first. */
export function tally(words: string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1]));
}

/** Describe calls about each lab till the moment given with it, milliseconds since the epoch; throttled ones too. */
export function describesOf(fake: FakeEc2, readyAt: ReadonlyMap<string, number>): Map<string, number> {
  const labOf = new Map<string, string>([...readyAt.keys()].map((labId) => [labId, labId]));
  for (const { id, tags } of [...fake.groups(), ...fake.instances()]) {
    const labId = tags.get('slipway:lab');
    if (labId !== undefined) labOf.set(id, labId);
  }
  const counts = new Map([...readyAt.keys()].map((labId) => [labId, 0]));
  for (const { action, at, parameters } of fake.calls()) {
    if (!action.startsWith('Describe')) continue;
    const about = Object.values(parameters).flatMap((value) => labOf.get(value) ?? []);
    for (const labId of new Set(about)) {
      if (at <= (readyAt.get(labId) ?? 0)) counts.set(labId, (counts.get(labId) ?? 0) + 1);
    }
  }
  return counts;
}

/** Instances beyond the first of their machine, whenever they were there. */
export function countDuplicates(fake: FakeEc2): number {
  const machines = new Set<string>();
  let duplicates = 0;
  for (const { tags, launchIndex } of fake.instances()) {
    const machine = `${tags.get('slipway:lab')} ${tags.get(`slipway:machine-${launchIndex}`)}`;
    if (machines.has(machine)) duplicates += 1;
    machines.add(machine);
  }
  return duplicates;
}

export function meanOf(numbers: number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / Math.max(1, numbers.length);
}
