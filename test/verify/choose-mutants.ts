import type { Mutant } from './mutants.ts';
import type { ChooseMutants } from './run-mutants.ts';
import type { ObjectKind } from './swarm-objects.ts';

/** A telling handful. */
export const SAMPLE_MUTANTS: Record<ObjectKind, number> = {
  services: 6,
  networks: 2,
  configs: 1,
  secrets: 1,
};

/**
 * Picks mutants so that each field is changed in each way once over a whole run, and not once in every service.
 * @param most how many of each kind, spread over the first object's fields; all where absent
 */
export function chooseMutants(most?: Record<ObjectKind, number>): ChooseMutants {
  const seen = new Set<string>();
  const left = most && { ...most };
  return (mutants, kind) => {
    const fresh = mutants.filter(({ path, change }) => {
      const field = `${kind} ${path.replaceAll(/\[\d+\]/g, '[]')} ${change === 'left out' ? change : 'changed'}`;
      if (seen.has(field)) return false;
      seen.add(field);
      return true;
    });
    if (left === undefined) return fresh;
    const picked = spread(fresh, left[kind]);
    left[kind] -= picked.length;
    return picked;
  };
}

function spread<T>(mutants: Mutant<T>[], count: number): Mutant<T>[] {
  const step = Math.max(1, mutants.length / Math.max(1, count));
  return mutants
    .filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
    .slice(0, count);
}
