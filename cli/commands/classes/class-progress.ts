import type { Answer } from '../../../client/client.ts';

/** How far one student's lab is. */
export type StudentProgress = Answer<'listClassLabs'>['items'][number];

/** What an instructor looks at first, first. */
const ORDER = ['failed', 'degraded', 'starting', 'provisioning', 'pending', 'stopping', 'deleting', 'ready'];
/** Nothing is wrong with a lab that waits for its moment. */
const WAITS = ['Scheduled', 'Recorded'];
/** Who should have a lab and has none. */
const LACKS = ['NoLab', 'BudgetSpent'];

/**
 * Who is stuck before who is on the way, those before who has what they need, and last who has no lab. Of those on the way
 * first the least far, and of them who has had no news for longest.
 */
export function byNeed(one: StudentProgress, other: StudentProgress): number {
  return (
    rankOf(one) - rankOf(other) ||
    one.percent - other.percent ||
    compare(one.lastEvent?.at ?? '', other.lastEvent?.at ?? '') ||
    compare(one.student, other.student)
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function rankOf({ phase, reason = '' }: StudentProgress): number {
  if (LACKS.includes(reason)) return ORDER.indexOf('degraded');
  if (WAITS.includes(reason)) return ORDER.length;
  const place = ORDER.indexOf(phase);
  return place === -1 ? ORDER.length + 1 : place;
}

export function isReady({ phase }: StudentProgress): boolean {
  return phase === 'ready';
}

/** Is it one that should get ready? Who is on the roster no more should not. */
export function isWanted({ removedAt }: StudentProgress): boolean {
  return removedAt === undefined;
}

/** `3 failed, 12 provisioning, 985 ready`: what needs somebody first. */
export function countsText(items: StudentProgress[]): string {
  const counts = new Map<string, number>();
  for (const { phase } of [...items].sort(byNeed)) counts.set(phase, (counts.get(phase) ?? 0) + 1);
  return [...counts].map(([phase, count]) => `${count} ${phase}`).join(', ');
}

export function usdText(usd: number): string {
  return usd.toFixed(2);
}

/** What there is to say of it in a line. */
export function wordsOf({ problem, lastEvent }: StudentProgress): string {
  return problem ?? lastEvent?.message ?? '';
}
