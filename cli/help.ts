import type { Colors } from './colors.ts';
import type { Command, Flags } from './command.ts';
import { COMMON_FLAGS, usageOf } from './parse-arguments.ts';
import { inColumns } from './table.ts';

/** `slipway help`: every command in a line, by what it is about. */
export function overview(program: string, groups: readonly CommandGroup[], color: Colors): string {
  const sections = groups.map(({ title, commands }) => {
    const rows = commands.map(({ name, summary }) => [`  ${name}`, summary]);
    return `${color.bold(title)}\n${inColumns(rows)}`;
  });
  return [
    `Docker Swarm labs, and docker-machine's own commands on their machines.\n`,
    `Usage: ${program} [--lab LAB] COMMAND [FLAGS] [ARGUMENTS]\n`,
    ...sections,
    `"${program} COMMAND --help" says more, with an example.\n`,
  ].join('\n');
}

/** `slipway help class`: the commands that begin with a word. */
export function familyHelp(
  program: string,
  word: string,
  commands: readonly Command[],
  color: Colors,
): string {
  const rows = commands.map(({ name, summary }) => [`  ${name}`, summary]);
  return [
    `Usage: ${program} ${word} COMMAND [FLAGS] [ARGUMENTS]\n`,
    `${color.bold('Commands')}\n${inColumns(rows)}`,
    `"${program} ${word} COMMAND --help" says more, with an example.\n`,
  ].join('\n');
}

export interface CommandGroup {
  title: string;
  commands: readonly Command[];
}

/** What a command takes, and a line to copy. */
export function helpOf(program: string, command: Command, color: Colors): string {
  const { name, takes, flags, summary, example } = command;
  const usage = ['Usage:', program, name, '[FLAGS]', usageOf(takes)].filter((word) => word !== '').join(' ');
  return [
    `${summary}\n`,
    `${usage}\n`,
    `${color.bold('Flags')}\n${flagLines({ ...flags, ...COMMON_FLAGS })}`,
    `${color.bold('Example')}\n  ${example.replaceAll('\n', '\n  ')}\n`,
  ].join('\n');
}

function flagLines(flags: Flags): string {
  const rows = Object.entries(flags).map(([name, { short, value, says, many }]) => {
    const long = `--${name}${value === undefined ? '' : ` ${value}`}${many ? ' ...' : ''}`;
    return [`  ${short === undefined ? '    ' : `-${short}, `}${long}`, says];
  });
  return inColumns(rows);
}
