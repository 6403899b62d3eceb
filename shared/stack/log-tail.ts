import { isSlipwayError } from '../core/errors.ts';
import type { Engine } from '../ports/engine.ts';

/** Issue 3: the last 20 lines, and nobody waits long for them. */
const LINES = 20;
const DEADLINE_SECONDS = 3;
const LONGEST_LINE = 400;
const MAXIMUM_BYTES = 256 * 1024;

/** The last lines that a task said; what there is of them where its node does not answer in time. */
export async function logTail(engine: Engine, taskId: string): Promise<string[]> {
  const lines: string[] = [];
  const options = { tail: LINES, deadlineSeconds: DEADLINE_SECONDS, maximumBytes: MAXIMUM_BYTES };
  try {
    await engine.logs({ task: taskId }, options, ({ text }) => {
      lines.push(text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE - 1)}…` : text);
    });
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
  }
  return lines.slice(-LINES);
}
