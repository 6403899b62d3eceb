import { z } from 'zod';
import { readGoDuration } from '../../stack/compose/duration.ts';

const SECOND_NS = 1_000_000_000;

const duration = z
  .string()
  .max(40)
  .transform((text, context) => {
    const nanoseconds = readGoDuration(text);
    if (nanoseconds !== undefined && nanoseconds >= 0) return nanoseconds;
    context.addIssue({ code: 'custom', message: 'must be a duration such as 10s or 1m30s' });
    return z.NEVER;
  });

const actions = { update: ['pause', 'continue', 'rollback'], rollback: ['pause', 'continue'] } as const;

function rolling(what: keyof typeof actions) {
  return z
    .strictObject({
      parallelism: z.int().min(0).max(1000).default(1).describe('Tasks at once; 0: all'),
      delay: duration.default(0).describe('Between them, such as 10s'),
      failureAction: z.enum(actions[what]).default('pause'),
      monitor: duration.default(5 * SECOND_NS).describe('How long a task is watched for failure'),
      maxFailureRatio: z.number().min(0).max(1).default(0),
      order: z.enum(['stop-first', 'start-first']).default('stop-first'),
    })
    .transform((given) => ({
      Parallelism: given.parallelism,
      Delay: given.delay,
      FailureAction: given.failureAction,
      Monitor: given.monitor,
      MaxFailureRatio: given.maxFailureRatio,
      Order: given.order,
    }));
}

/** How an update goes through the tasks; what is left out is docker's own default. */
export const UpdatePolicy = rolling('update');
export const RollbackPolicy = rolling('rollback');

const conditions = z.enum(['none', 'on-failure', 'any']);

/** When a task that ended is started again. */
export const RestartPolicy = z
  .union([
    conditions.transform((condition) => ({ condition, delay: undefined, maxAttempts: 0, window: undefined })),
    z.strictObject({
      condition: conditions.default('any'),
      delay: duration.optional(),
      maxAttempts: z.int().min(0).max(1_000_000).default(0).describe('0: without end'),
      window: duration.optional().describe('In which attempts are counted'),
    }),
  ])
  .transform(({ condition, delay, maxAttempts, window }) => ({
    Condition: condition,
    Delay: delay ?? 5 * SECOND_NS,
    MaxAttempts: maxAttempts,
    ...(window === undefined ? {} : { Window: window }),
  }))
  .describe('"on-failure", or {condition, delay, maxAttempts, window}');
