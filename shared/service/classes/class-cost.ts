import { z } from 'zod';
import { Budget } from '../../class/class.ts';
import { machineSecondsOf, priceOf } from '../../class/price.ts';
import type { Deps } from '../../ports/deps.ts';
import type { Caller } from '../caller.ts';
import { allClassLabs } from './class-labs-read.ts';
import { rounded } from './class-progress.ts';
import { findClass } from './find-class.ts';

const StudentCost = z.object({
  student: z.string().describe('Their address; a number once personal data was taken out'),
  hours: z.number().describe('Machine-hours'),
  usd: z.number(),
  savedUsd: z.number().describe('What the hours would have cost that machines stood stopped'),
  labs: z.int(),
});

/** What a class has cost. */
export const ClassCost = z
  .object({
    currency: z.literal('USD'),
    usd: z.number(),
    savedUsd: z.number(),
    budget: Budget.optional(),
    priced: z.boolean().describe('False: there is no price table, and all is 0'),
    prices: z.object({ region: z.string(), date: z.string() }).optional().describe('Of what day they are'),
    students: z.array(StudentCost),
    assumptions: z.array(z.string()),
  })
  .meta({ id: 'ClassCost' });
export type ClassCost = z.infer<typeof ClassCost>;

/** Sums what really ran, by student, over all labs that the class has had. */
export async function classCost(
  deps: Pick<Deps, 'classes' | 'clock' | 'policy'>,
  caller: Caller,
  classId: string,
): Promise<ClassCost> {
  const found = await findClass(deps, caller, classId);
  const { prices } = deps.policy;
  const now = deps.clock.now();
  const sums = new Map<string, { seconds: number; usd: number; savedUsd: number; labs: number }>();
  const unpriced = new Set<string>();
  for await (const { student, usage } of allClassLabs(deps, found.id)) {
    const before = sums.get(student) ?? { seconds: 0, usd: 0, savedUsd: 0, labs: 0 };
    const price = priceOf(usage, prices, now);
    for (const type of price.unpriced) unpriced.add(type);
    sums.set(student, {
      seconds: before.seconds + machineSecondsOf(usage, now),
      usd: before.usd + price.usd,
      savedUsd: before.savedUsd + price.savedUsd,
      labs: before.labs + 1,
    });
  }
  const all = [...sums.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  const total = (part: 'usd' | 'savedUsd') =>
    rounded(
      all.reduce((sum, [, each]) => sum + each[part], 0),
      4,
    );
  return {
    currency: 'USD',
    usd: total('usd'),
    savedUsd: total('savedUsd'),
    ...(found.spec.budget === undefined ? {} : { budget: found.spec.budget }),
    priced: prices !== undefined,
    ...(prices === undefined ? {} : { prices: { region: prices.region, date: prices.date } }),
    students: all.map(([student, { seconds, usd, savedUsd, labs }]) => ({
      student,
      hours: rounded(seconds / 3600, 2),
      usd: rounded(usd, 4),
      savedUsd: rounded(savedUsd, 4),
      labs,
    })),
    assumptions: assumptionsOf(deps.policy.prices, unpriced),
  };
}

function assumptionsOf(prices: Deps['policy']['prices'], unpriced: Set<string>): string[] {
  if (prices === undefined)
    return ['there is no price table here: machines run on the operator’s own, and cost 0'];
  return [
    `prices of ${prices.region} as entered on ${prices.date}, on demand, Linux, USD, without tax`,
    `machines by the second they ran, a public IPv4 address (${prices.addressHour} USD an hour) with each, disks by the second they existed (${prices.diskGigabyteMonth} USD a gigabyte and month of 730 hours)`,
    'without traffic, snapshots and the control plane; spot machines are reckoned at the price on demand',
    'what the labs that live have cost up to now; AWS’s own figures come hours later',
    ...(unpriced.size === 0 ? [] : [`no price is entered for ${[...unpriced].sort().join(', ')}: 0`]),
  ];
}
