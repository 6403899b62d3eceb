import { z } from 'zod';

export const ConditionName = z.enum(['MachinesRunning', 'EnginesReady', 'SwarmReady', 'StacksConverged']);
export type ConditionName = z.infer<typeof ConditionName>;

/** In the order the reconciler makes them true. */
export const CONDITION_NAMES = ConditionName.options;

/** One observed truth about a lab, in Kubernetes' manner: what, why in one word, why in words, since when. */
export const Condition = z.object({
  status: z.enum(['True', 'False', 'Unknown']),
  /** One CamelCase word for programs, `Ready` when true. */
  reason: z.string(),
  /** A sentence for people. */
  message: z.string(),
  since: z.string(),
});
export type Condition = z.infer<typeof Condition>;

export const Conditions = z.record(ConditionName, Condition);
export type Conditions = z.infer<typeof Conditions>;

/** All four `Unknown`, as a lab that nobody has looked at yet. */
export function unknownConditions(since: string): Conditions {
  const unknown = (): Condition => ({
    status: 'Unknown',
    reason: 'NotObserved',
    message: 'not looked at yet',
    since,
  });
  return {
    MachinesRunning: unknown(),
    EnginesReady: unknown(),
    SwarmReady: unknown(),
    StacksConverged: unknown(),
  };
}

/** The conditions with one set; `since` moves only when its status does, so that "since" tells the truth. */
export function withCondition(
  conditions: Conditions,
  name: ConditionName,
  next: Omit<Condition, 'since'>,
  now: string,
): Conditions {
  const current = conditions[name];
  const since = current.status === next.status ? current.since : now;
  return { ...conditions, [name]: { ...next, since } };
}
