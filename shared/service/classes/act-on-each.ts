import { z } from 'zod';
import type { Student } from '../../class/student.ts';
import { isSlipwayError, messageOf, SlipwayError } from '../../core/errors.ts';
import type { Deps } from '../../ports/deps.ts';

const Result = z.enum(['done', 'already', 'failed', 'not_reached']);
type Result = z.infer<typeof Result>;

const Outcome = z.object({
  student: z.string(),
  lab: z.string().optional(),
  result: Result.describe(
    'already: it was so before. not_reached: time was up before its turn; ask the same again',
  ),
  code: z.string().optional(),
  reason: z.string().optional(),
  retryable: z.boolean().optional().describe('May the same be asked again for this one?'),
});
type Outcome = z.infer<typeof Outcome>;

/** What became of each student's lab. */
export const Outcomes = z
  .object({ items: z.array(Outcome), counts: z.record(Result, z.number().int()) })
  .meta({ id: 'ClassOutcomes' });
export type Outcomes = z.infer<typeof Outcomes>;

/** What was done for one student, and to which lab. */
export interface Done {
  result: 'done' | 'already';
  lab?: string | undefined;
}

/** Labs that are seen to at once: each is some reads and one write, and DynamoDB's connection pool holds 50. */
const AT_ONCE = 25;
/** API Gateway ends a request after 30 s: what is begun by then has 10 s to end. */
const REACH_SECONDS = 20;

/**
 * Does something for each student, and answers for each: one failure is nobody else's. Whom time does not reach is told so,
 * and the same request again does what is left.
 */
export async function actOnEach(
  { clock, log }: Pick<Deps, 'clock' | 'log'>,
  students: Student[],
  act: (student: Student) => Promise<Done>,
): Promise<Outcomes> {
  const until = clock.now() + REACH_SECONDS * 1000;
  const items: Outcome[] = students.map(({ email }) => ({
    student: email,
    result: 'not_reached',
    reason: `time was up after ${REACH_SECONDS} s; ask the same again for those that are left`,
    retryable: true,
  }));
  let next = 0;
  const work = async () => {
    for (let index = next++; index < students.length && clock.now() < until; index = next++) {
      const student = students[index] as Student;
      try {
        const { result, lab } = await act(student);
        items[index] = { student: student.email, ...(lab === undefined ? {} : { lab }), result };
      } catch (error) {
        items[index] = failed(student, error);
        if (!isSlipwayError(error)) {
          log.error({ student: student.email, reason: messageOf(error) }, 'not done for a student');
        }
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, students.length) }, work));
  const counts: Record<Result, number> = { done: 0, already: 0, failed: 0, not_reached: 0 };
  for (const { result } of items) counts[result] += 1;
  return { items, counts };
}

function failed(student: Student, thrown: unknown): Outcome {
  const error =
    thrown instanceof SlipwayError && thrown.code !== 'internal'
      ? thrown
      : new SlipwayError('internal', 'this was not expected; ask again, or tell the operator', {
          retryable: true,
        });
  const { code, message, retryable } = error;
  return {
    student: student.email,
    ...(student.lab === undefined ? {} : { lab: student.lab.id }),
    result: 'failed',
    code,
    reason: message,
    retryable,
  };
}
