import { ApiError, Unreachable } from '../client/api-error.ts';
import { guess } from '../shared/core/nearest.ts';
import { colorsFor } from './colors.ts';
import type { Command } from './command.ts';
import { commandGroups } from './commands.ts';
import { createContext } from './context.ts';
import { EXIT, Failure, NotAllowed, UsageError } from './errors.ts';
import { type CommandGroup, familyHelp, helpOf, overview } from './help.ts';
import { parseArguments } from './parse-arguments.ts';
import { isProgram, type Program } from './program.ts';
import type { Terminal } from './terminal.ts';
import { versionLine } from './version.ts';

/**
 * One call of the command.
 * @param args what follows the program's name.
 * @returns the exit code: 0 done, 1 failed, 2 not understood, 3 not reachable or not allowed.
 */
export async function run(args: string[], terminal: Terminal): Promise<number> {
  try {
    return await carryOut(args, terminal);
  } catch (error) {
    // Whoever ended it knows why it failed.
    if (terminal.signal.aborted && !(error instanceof Failure)) return EXIT.failed;
    terminal.err(`${colorsFor(terminal).red(wordsOf(error))}\n`);
    return codeOf(error);
  }
}

async function carryOut(args: string[], terminal: Terminal): Promise<number> {
  const { program, before, after } = readBeginning(args, terminal);
  const groups = commandGroups(program);
  const color = colorsFor(terminal);
  if (before.includes('--version') || before.includes('-v')) {
    terminal.out(versionLine(program));
    return EXIT.done;
  }
  const asksHelp = before.includes('--help') || before.includes('-h');
  const wordsFor = after[0] === 'help' ? after.slice(1) : after;
  if (wordsFor.length === 0) {
    terminal.out(overview(program, groups, color));
    return asksHelp || after[0] === 'help' ? EXIT.done : EXIT.usage;
  }
  const family = familyOf(groups, wordsFor[0] ?? '');
  const isWord = wordsFor.length === 1 && (asksHelp || after[0] === 'help');
  if (family.length > 0 && (isWord || /^(-h|--help)$/.test(wordsFor[1] ?? ''))) {
    terminal.out(familyHelp(program, wordsFor[0] ?? '', family, color));
    return EXIT.done;
  }
  const { command, rest } = findCommand(program, groups, wordsFor);
  const own = before.filter((word) => word !== '-h' && word !== '--help');
  const { common, ignored, ...given } = parseArguments(command, [...own, ...rest]);
  if (common.help || asksHelp || after[0] === 'help') {
    terminal.out(helpOf(program, command, color));
    return EXIT.done;
  }
  if (ignored.length > 0) {
    terminal.err(`${ignored.join(', ')}: of a driver that is not used here; passed over\n`);
  }
  const done = command.run(given, createContext(terminal, { program, ...common }));
  return (await done.catch((error: unknown) => withLoginNamed(error, command))) ?? EXIT.done;
}

/** What is refused for its token alone is told the cure, which is the same for every command but login itself. */
function withLoginNamed(error: unknown, { name }: Command): never {
  if (name === 'login' || !(error instanceof ApiError) || error.status !== 401) throw error;
  throw new NotAllowed(
    `${error.message}\nLog in again: "slipway login SERVER" with a token, "slipway login --code LINK" with a student’s join link`,
  );
}

/** What may stand before the command: who it is called as, the lab, docker-machine's own settings of its store. */
function readBeginning(
  args: string[],
  terminal: Terminal,
): { program: Program; before: string[]; after: string[] } {
  let program: Program = isProgram(terminal.program) ? terminal.program : 'slipway';
  const before: string[] = [];
  let at = 0;
  for (; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (!word.startsWith('-')) break;
    const [name = '', inline] = word.split(/=(.*)/s, 2);
    const value = () => {
      if (inline !== undefined) return inline;
      at += 1;
      const next = args[at];
      if (next === undefined) throw new UsageError(`${name} needs a value`);
      return next;
    };
    if (name === '--as') {
      const asked = value();
      if (!isProgram(asked)) throw new UsageError(`--as takes slipway or docker-machine, and not "${asked}"`);
      program = asked;
    } else if (name === '--lab') before.push('--lab', value());
    else if (['--json', '--help', '-h', '--version', '-v'].includes(word)) before.push(word);
    else if (program === 'docker-machine' && MACHINE_SWITCHES.includes(word)) continue;
    else if (program === 'docker-machine' && MACHINE_SETTINGS.includes(name)) {
      value();
      terminal.err(`${name}: what it sets is kept by the server; passed over\n`);
    } else
      throw new UsageError(`${name} cannot stand before the command; "${program} --help" lists what can`);
  }
  return { program, before, after: args.slice(at) };
}

/** docker-machine's flags before the command. */
const MACHINE_SWITCHES = ['--debug', '-D', '--native-ssh'];
const MACHINE_SETTINGS = [
  '--storage-path',
  '-s',
  '--tls-ca-cert',
  '--tls-ca-key',
  '--tls-client-cert',
  '--tls-client-key',
  '--github-api-token',
  '--bugsnag-api-token',
];

function findCommand(
  program: Program,
  groups: readonly CommandGroup[],
  words: string[],
): { command: Command; rest: string[] } {
  const commands = groups.flatMap(({ commands }) => commands);
  for (const count of [3, 2, 1]) {
    const name = words.slice(0, count).join(' ');
    const command = commands.find((one) => one.name === name);
    if (command !== undefined && words.length >= count) return { command, rest: words.slice(count) };
  }
  const [first = '', second = ''] = words;
  const within = familyOf(groups, first).map(({ name }) => name);
  if (within.length > 0)
    throw new UsageError(
      `"${first}" is followed by one of: ${within.map((name) => name.slice(first.length + 1)).join(', ')}${second === '' ? '' : `; not "${second}"`}`,
    );
  const known = commands.map(({ name }) => name);
  throw new UsageError(`there is no command "${first}"; ${guess(first, known)}"${program} help" lists them`);
}

/** `class create`, `class ls` …, where the first word alone is no command. */
function familyOf(groups: readonly CommandGroup[], word: string): Command[] {
  const commands = groups.flatMap(({ commands }) => commands);
  if (commands.some(({ name }) => name === word)) return [];
  return commands.filter(({ name }) => name.startsWith(`${word} `));
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof NotAllowed || error instanceof Unreachable) return EXIT.notAllowed;
  if (error instanceof ApiError && (error.status === 401 || error.status === 403)) return EXIT.notAllowed;
  if (error instanceof Failure) return EXIT.failed;
  return EXIT.failed;
}
