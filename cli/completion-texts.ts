import type { Command } from './command.ts';
import { COMMON_FLAGS } from './parse-arguments.ts';

/** Commands that a machine's name follows. */
const NAMES_MACHINES = new Set(['NAME', 'MACHINE', 'FROM', 'TO']);

/** Words after the words before them: `node` -> `ls promote …`, `ls` -> its flags. */
function wordsByPrefix(commands: readonly Command[]): Map<string, string[]> {
  const words = new Map<string, string[]>();
  const add = (prefix: string, word: string) => {
    const known = words.get(prefix) ?? [];
    if (!known.includes(word)) words.set(prefix, [...known, word]);
  };
  for (const { name, flags, takes } of commands) {
    const [first = '', second] = name.split(' ');
    add('', first);
    if (second !== undefined) add(first, second);
    for (const flag of Object.keys({ ...flags, ...COMMON_FLAGS })) add(name, `--${flag}`);
    const isOfMachines =
      second === undefined && takes.some((one) => NAMES_MACHINES.has(one.replace(/[.?*]+$/, '')));
    if (isOfMachines) add(name, MACHINES);
  }
  return words;
}

/** Stands for the machines of the lab, asked for while completing. */
const MACHINES = '@machines';

export function bashCompletion(program: string, commands: readonly Command[]): string {
  const cases = [...wordsByPrefix(commands)].map(([prefix, words]) => {
    const fixed = words.filter((word) => word !== MACHINES).join(' ');
    const machines = words.includes(MACHINES) ? ` $(${program} ls -q 2>/dev/null)` : '';
    return `    ${prefix === '' ? "''" : `'${prefix}'`}) words="${fixed}${machines}" ;;\n`;
  });
  const called = `_${program.replaceAll('-', '_')}`;
  return [
    `${called}() {\n`,
    `  local current="\${COMP_WORDS[COMP_CWORD]}" first="\${COMP_WORDS[1]}" second="\${COMP_WORDS[2]}" prefix="" words=""\n`,
    '  if [ "$COMP_CWORD" -gt 2 ]; then\n',
    `    case "$first $second" in ${pairs(commands)}) prefix="$first $second" ;; *) prefix="$first" ;; esac\n`,
    '  elif [ "$COMP_CWORD" -gt 1 ]; then prefix="$first"; fi\n',
    '  case "$prefix" in\n',
    ...cases,
    '  esac\n',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))\n',
    '}\n',
    `complete -o default -F ${called} ${program}\n`,
  ].join('');
}

/** zsh reads bash's, by its own bashcompinit. */
export function zshCompletion(program: string, commands: readonly Command[]): string {
  return `autoload -U +X compinit && compinit -u\nautoload -U +X bashcompinit && bashcompinit\n${bashCompletion(program, commands)}`;
}

export function fishCompletion(program: string, commands: readonly Command[]): string {
  const lines = commands.flatMap(({ name, summary, flags, takes }) => {
    const [first = '', second] = name.split(' ');
    const seen =
      second === undefined
        ? `__fish_seen_subcommand_from ${first}`
        : `__fish_seen_subcommand_from ${first}; and __fish_seen_subcommand_from ${second}`;
    const itself =
      second === undefined
        ? `complete -c ${program} -n __fish_use_subcommand -a ${first} -d ${quoted(summary)}\n`
        : `complete -c ${program} -n ${quoted(`__fish_seen_subcommand_from ${first}`)} -a ${second} -d ${quoted(summary)}\n`;
    const ofFlags = Object.entries({ ...flags, ...COMMON_FLAGS }).map(([flag, { short, value, says }]) => {
      const letters = `${short === undefined ? '' : ` -s ${short}`} -l ${flag}${value === undefined ? '' : ' -r'}`;
      return `complete -c ${program} -n ${quoted(seen)}${letters} -d ${quoted(says)}\n`;
    });
    const isOfMachines =
      second === undefined && takes.some((one) => NAMES_MACHINES.has(one.replace(/[.?*]+$/, '')));
    const machines = isOfMachines
      ? [`complete -c ${program} -n ${quoted(seen)} -a '(${program} ls -q 2>/dev/null)'\n`]
      : [];
    return [itself, ...ofFlags, ...machines];
  });
  const families = [
    ...new Set(commands.flatMap(({ name }) => (name.includes(' ') ? [name.split(' ')[0] ?? ''] : []))),
  ];
  const ofFamilies = families.map((first) => `complete -c ${program} -n __fish_use_subcommand -a ${first}\n`);
  return [`complete -c ${program} -f\n`, ...ofFamilies, ...lines].join('');
}

function pairs(commands: readonly Command[]): string {
  const names = commands.filter(({ name }) => name.includes(' ')).map(({ name }) => `'${name}'`);
  return names.length === 0 ? "''" : names.join('|');
}

/** For fish, where a single quote is escaped within single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}
