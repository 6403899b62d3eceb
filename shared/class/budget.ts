import type { Class, ClassSpec } from './class.ts';

/** Was as much spent as may be, when it was last reckoned? */
export function isBudgetSpent({ spec, status }: Pick<Class, 'spec' | 'status'>): boolean {
  return spec.budget !== undefined && (status.budget?.usd ?? 0) >= spec.budget.usd;
}

/** Is it asked for, and so, that labs live no longer than their session? */
export function endsWithSession(found: Pick<Class, 'spec' | 'status'>): boolean {
  return found.spec.budget?.stopAtSessionEnd === true && isBudgetSpent(found);
}

/** What counts of a class's times by now: once the budget is spent the grace falls away, where that was asked for. */
export function specByNow(found: Pick<Class, 'spec' | 'status'>): ClassSpec {
  return endsWithSession(found) ? { ...found.spec, grace: 'PT0S' } : found.spec;
}
