import type { Command } from './command.ts';
import { COMMON_FLAGS } from './parse-arguments.ts';

/** Commands that a machine's name follows. */
const NAMES_MACHINES = new Set(['NAME', 'MACHINE', 'FROM', 'TO']);

/** Names that are asked for while completing, and the line that lists them. */
const ASKED = {
  machines: { stands: '@machines', line: 'ls -q' },
  classes: { stands: '@classes', line: 'class ls -q' },
} as const;

/** What a command's own words may be, of those that can be asked for. */
function askedBy({ name, takes }: Command): { stands: string; line: string } | undefined {
  const taken = takes.map((one) => one.replace(/[.?*]+$/, ''));
  if (taken.includes('CLASS')) return ASKED.classes;
  return !name.includes(' ') && taken.some((one) => NAMES_MACHINES.has(one)) ? ASKED.machines : undefined;
}

/** Words after the words before them: `node` -> `ls promote …`, `ls` -> its flags. */
function wordsByPrefix(commands: readonly Command[]): Map<string, string[]> {
  const words = new Map<string, string[]>();
  const add = (prefix: string, word: string) => {
    const known = words.get(prefix) ?? [];
    if (!known.includes(word)) words.set(prefix, [...known, word]);
  };
  for (const one of commands) {
    const parts = one.name.split(' ');
    for (const [index, part] of parts.entries()) add(parts.slice(0, index).join(' '), part);
    for (const flag of Object.keys({ ...one.flags, ...COMMON_FLAGS })) add(one.name, `--${flag}`);
    const asked = askedBy(one);
    if (asked !== undefined) add(one.name, asked.stands);
  }
  return words;
}

export function bashCompletion(program: string, commands: readonly Command[]): string {
  const byPrefix = wordsByPrefix(commands);
  const cases = [...byPrefix].map(([prefix, words]) => {
    const asked = Object.values(ASKED).filter(({ stands }) => words.includes(stands));
    const fixed = words.filter((word) => !word.startsWith('@')).join(' ');
    const names = asked.map(({ line }) => ` $(${program} ${line} 2>/dev/null)`).join('');
    return `    ${prefix === '' ? "''" : `'${prefix}'`}) words="${fixed}${names}" ;;\n`;
  });
  const known = [...byPrefix.keys()].filter((prefix) => prefix !== '').map((prefix) => `'${prefix}'`);
  const called = `_${program.replaceAll('-', '_')}`;
  return [
    `${called}() {\n`,
    `  local current="\${COMP_WORDS[COMP_CWORD]}" prefix="" next="" words="" at\n`,
    '  for ((at = 1; at < COMP_CWORD; at++)); do\n',
    `    next="\${prefix:+$prefix }\${COMP_WORDS[at]}"\n`,
    `    case "$next" in ${known.join('|')}) prefix="$next" ;; *) break ;; esac\n`,
    '  done\n',
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
  const lines = commands.flatMap((one) => {
    const parts = one.name.split(' ');
    const last = parts.at(-1) ?? '';
    const itself = `complete -c ${program} -n ${quoted(seenOf(parts.slice(0, -1)))} -a ${last} -d ${quoted(one.summary)}\n`;
    const seen = quoted(seenOf(parts));
    const ofFlags = Object.entries({ ...one.flags, ...COMMON_FLAGS }).map(
      ([flag, { short, value, says }]) => {
        const letters = `${short === undefined ? '' : ` -s ${short}`} -l ${flag}${value === undefined ? '' : ' -r'}`;
        return `complete -c ${program} -n ${seen}${letters} -d ${quoted(says)}\n`;
      },
    );
    const asked = askedBy(one);
    const names =
      asked === undefined
        ? []
        : [`complete -c ${program} -n ${seen} -a '(${program} ${asked.line} 2>/dev/null)'\n`];
    return [itself, ...ofFlags, ...names];
  });
  // What only begins names of several words has no command of its own: `node`, `class stack`.
  const beginnings = commands.flatMap(({ name }) => {
    const parts = name.split(' ');
    return parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join(' '));
  });
  const families = [...new Set(beginnings)].map((name) => {
    const parts = name.split(' ');
    return `complete -c ${program} -n ${quoted(seenOf(parts.slice(0, -1)))} -a ${parts.at(-1)}\n`;
  });
  return [`complete -c ${program} -f\n`, ...families, ...lines].join('');
}

/** fish's condition for what stands before. */
function seenOf(parts: string[]): string {
  if (parts.length === 0) return '__fish_use_subcommand';
  return parts.map((part) => `__fish_seen_subcommand_from ${part}`).join('; and ');
}

/** For fish, where a single quote is escaped within single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}
