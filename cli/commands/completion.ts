import { command } from '../command.ts';
import { bashCompletion, fishCompletion, zshCompletion } from '../completion-texts.ts';
import { UsageError } from '../errors.ts';
import type { CommandGroup } from '../help.ts';

const TEXTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

/** Needs to know the other commands. */
export function completionFor(groups: () => readonly CommandGroup[]) {
  return command({
    name: 'completion',
    takes: ['SHELL'],
    flags: {},
    summary: 'Print what completes this command in bash, zsh or fish',
    example: 'source <(slipway completion bash)\nslipway completion fish | source',
    async run({ words: [shell = ''] }, { terminal, program }) {
      if (!Object.hasOwn(TEXTS, shell)) throw new UsageError(`"${shell}" must be bash, zsh or fish`);
      const commands = groups().flatMap((group) => group.commands);
      terminal.out(TEXTS[shell as keyof typeof TEXTS](program, commands));
    },
  });
}
