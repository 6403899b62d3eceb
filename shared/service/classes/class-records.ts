import { z } from 'zod';
import type { ClassLab } from '../../class/class-lab.ts';
import { priceOf } from '../../class/price.ts';
import { writeCsv } from '../../class/write-csv.ts';
import { usageAt } from '../../lab/usage.ts';
import type { Deps } from '../../ports/deps.ts';
import type { Page } from '../../ports/store.ts';
import type { Caller } from '../caller.ts';
import { rounded } from './class-progress.ts';
import { findClass } from './find-class.ts';

/** Some 3 MB as CSV: Lambda answers with 6 at most. */
export const MOST_RECORDS = 10_000;
const PAGE = 1_000;

/** Who had what, and when. */
export const LabRecord = z
  .object({
    student: z.string().describe('Their address; a number once personal data was taken out'),
    lab: z.string(),
    purpose: z.enum(['session', 'course', 'own']),
    session: z.string().optional().describe('Start of the session that it was made for, in UTC'),
    template: z.string(),
    createdAt: z.string(),
    readyAt: z.string().optional(),
    endedAt: z.string().optional(),
    hours: z.record(z.string(), z.number()).describe('Machine-hours by type'),
    usd: z.number(),
  })
  .meta({ id: 'LabRecord' });
export type LabRecord = z.infer<typeof LabRecord>;

/** Oldest first. */
export async function classRecords(
  deps: Pick<Deps, 'classes' | 'clock' | 'policy'>,
  caller: Caller,
  classId: string,
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<LabRecord>> {
  const found = await findClass(deps, caller, classId);
  const now = deps.clock.now();
  const items: LabRecord[] = [];
  let { cursor } = query;
  do {
    const page = await deps.classes.listLabs(found.id, {
      limit: Math.min(PAGE, query.limit - items.length),
      ...(cursor === undefined ? {} : { cursor }),
    });
    items.push(...page.items.map((lab) => recordOf(lab, deps.policy.prices, now)));
    cursor = page.cursor;
  } while (cursor !== undefined && items.length < query.limit);
  return cursor === undefined ? { items } : { items, cursor };
}

const HEADER = [
  ...['student', 'lab', 'purpose', 'session', 'template', 'created', 'ready', 'ended'],
  ...['hours', 'hoursByType', 'usd'],
];

/** One line a lab; `hoursByType` as `t3.small 1.5; t3.medium 3`. */
export function recordsCsv(records: LabRecord[]): string {
  return writeCsv(
    HEADER,
    records.map((record) => [
      record.student,
      record.lab,
      record.purpose,
      record.session ?? '',
      record.template,
      record.createdAt,
      record.readyAt ?? '',
      record.endedAt ?? '',
      String(
        rounded(
          Object.values(record.hours).reduce((sum, hours) => sum + hours, 0),
          4,
        ),
      ),
      Object.entries(record.hours)
        .map(([type, hours]) => `${type} ${hours}`)
        .join('; '),
      String(record.usd),
    ]),
  );
}

function recordOf(lab: ClassLab, prices: Deps['policy']['prices'], now: number): LabRecord {
  const { labId, session, readyAt, endedAt } = lab;
  return {
    student: lab.student,
    lab: labId,
    purpose: lab.purpose,
    ...(session === undefined ? {} : { session }),
    template: lab.template,
    createdAt: lab.createdAt,
    ...(readyAt === undefined ? {} : { readyAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
    hours: Object.fromEntries(
      Object.entries(usageAt(lab.usage, now).machineSeconds).map(([type, seconds]) => [
        type,
        rounded(seconds / 3600, 4),
      ]),
    ),
    usd: rounded(priceOf(lab.usage, prices, now).usd, 4),
  };
}
