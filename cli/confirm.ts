import type { Context } from './context.ts';
import { UsageError } from './errors.ts';

/**
 * Asks before what costs something or cannot be taken back.
 * @param line does it without asking.
 * @throws UsageError with that line where nobody is there to be asked.
 */
export async function confirm(
  { terminal, note }: Pick<Context, 'terminal' | 'note'>,
  { yes, question, line }: { yes: boolean; question: string; line: string },
): Promise<boolean> {
  if (yes) return true;
  if (!terminal.interactive)
    throw new UsageError(`nobody is here to be asked; to do it all the same:\n  ${line}`);
  const answer = await terminal.ask(`${question} (y/n): `);
  const agreed = /^\s*y/i.test(answer ?? '');
  if (!agreed) note('Nothing was changed');
  return agreed;
}
