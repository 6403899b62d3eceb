import { isBudgetSpent } from '../../class/budget.ts';
import type { Class } from '../../class/class.ts';
import { SlipwayError } from '../../core/errors.ts';

/** @throws SlipwayError `quota` with what is spent and allowed: nothing of the class starts any more. */
export function requireBudgetLeft(found: Pick<Class, 'id' | 'spec' | 'status'>): void {
  const { id, spec, status } = found;
  if (!isBudgetSpent(found) || spec.budget === undefined) return;
  const spent = status.budget?.usd ?? 0;
  throw new SlipwayError(
    'quota',
    `the budget of class ${id} is spent: ${spent.toFixed(2)} of ${spec.budget.usd.toFixed(2)} USD; its instructor can raise it (PATCH /v1/classes/${id})`,
    { facts: { usedUsd: spent, allowedUsd: spec.budget.usd } },
  );
}
