import { randomUUID } from 'node:crypto';
import { ApiError, Unreachable } from '../../../client/api-error.ts';
import type { Answer } from '../../../client/client.ts';
import { colorsFor } from '../../colors.ts';
import { type Line, writeLine } from '../../command-line.ts';
import type { Context } from '../../context.ts';
import { EXIT } from '../../errors.ts';
import { inColumns, onOneLine } from '../../table.ts';

type Outcomes = Answer<'startClass'>;
type Outcome = Outcomes['items'][number];
type Result = Outcome['result'];

const WORDS: Record<Result, string> = {
  done: 'done',
  already: 'already so',
  failed: 'failed',
  not_reached: 'not reached',
};

/** A server that answers in 20 s what 1,000 labs take minutes for has some forty rounds of them. */
const MOST_ROUNDS = 200;
/** Answers that were lost on the way, one after the other. */
const MOST_LOST = 3;
const PAUSE_MS = 2000;

/**
 * Does something for students, and goes on by itself where the server's time for one request was up before all had their
 * turn, or its answer was lost. Prints what became of each, and to standard error the line that does the rest.
 * @param act the same each time, under the same key: what was done is not done again.
 * @returns the exit code: 1 where one of them failed.
 */
export async function forEachStudent(
  context: Context,
  { students, line }: { students: string[] | undefined; line: Omit<Line, 'program'> },
  act: (students: string[] | undefined, idempotencyKey: string) => Promise<Pick<Outcomes, 'items'>>,
): Promise<number> {
  const key = randomUUID();
  const known = new Map<string, Outcome>();
  let waiting = Number.POSITIVE_INFINITY;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const { items } = await untilAnswered(context, () => act(students, key));
    for (const item of items) {
      // Of what an earlier round did a later one says that it was so before.
      if (known.get(item.student)?.result !== 'done') known.set(item.student, item);
    }
    const left = items.filter(({ result }) => result === 'not_reached').length;
    // A round that reached nobody would be followed by another like it.
    if (left === 0 || left >= waiting || left === items.length || context.terminal.signal.aborted) break;
    waiting = left;
    if (!context.json) context.note(`${items.length - left} of ${items.length} students ...`);
  }
  const outcomes = [...known.values()];
  const counts = countsOf(outcomes);
  context.answer({ items: outcomes, counts }, () => outcomesText(context, outcomes));
  const left = outcomes.filter(({ result }) => result === 'failed' || result === 'not_reached');
  if (left.length === 0) return EXIT.done;
  const again = left.filter(({ retryable }) => retryable !== false).map(({ student }) => student);
  if (again.length > 0) {
    const { program } = context;
    const rest = writeLine({ ...line, program, flags: { ...line.flags, student: [again.join(',')] } });
    context.note(`Only the rest is done by:\n  ${rest}`);
  }
  return EXIT.failed;
}

/** Asks again where no answer came, which under one key does nothing twice, and while the first is still at it. */
async function untilAnswered<Result>({ terminal }: Context, ask: () => Promise<Result>): Promise<Result> {
  for (let lost = 0; ; lost += 1) {
    try {
      return await ask();
    } catch (error) {
      const passes =
        error instanceof Unreachable ||
        (error instanceof ApiError && (error.code === 'in_progress' || error.status >= 500));
      if (!passes || lost >= MOST_LOST || terminal.signal.aborted) throw error;
      await terminal.pause(PAUSE_MS);
    }
  }
}

function outcomesText(context: Context, outcomes: Outcome[]): string {
  const color = colorsFor(context.terminal);
  const rows = outcomes.map(({ student, lab = '', result, reason = '' }) => [
    student,
    lab,
    WORDS[result],
    onOneLine(reason),
  ]);
  const [heading = '', ...lines] = inColumns([['STUDENT', 'LAB', 'RESULT', 'WHY'], ...rows]).split('\n');
  const paint = { failed: color.red, not_reached: color.yellow, done: same, already: color.dim };
  const painted = outcomes.map(({ result }, index) => paint[result](lines[index]?.trimEnd() ?? ''));
  return `${[heading, ...painted, summaryOf(outcomes)].join('\n')}\n`;
}

function summaryOf(outcomes: Outcome[]): string {
  const counts = Object.entries(countsOf(outcomes)).filter(([, count]) => count > 0);
  if (counts.length === 0) return 'There is no student';
  return counts.map(([result, count]) => `${count} ${WORDS[result as Result]}`).join(', ');
}

function countsOf(outcomes: Outcome[]): Record<Result, number> {
  const counts: Record<Result, number> = { done: 0, already: 0, failed: 0, not_reached: 0 };
  for (const { result } of outcomes) counts[result] += 1;
  return counts;
}

function same(text: string): string {
  return text;
}
