import { parseArgs } from 'node:util';
import { guess } from '../shared/core/nearest.ts';
import type { Arguments, Command, Flags } from './command.ts';
import { UsageError } from './errors.ts';

/** What every command has besides its own. */
export const COMMON_FLAGS: Flags = {
  lab: {
    value: 'LAB',
    says: 'The lab, by id, name or its student’s address; SLIPWAY_LAB, the last used or the only one if left out',
  },
  json: { says: 'Print JSON' },
  help: { short: 'h', says: 'Print this' },
};

type Parsed = Arguments<Flags> & {
  common: { lab: string | undefined; json: boolean; help: boolean };
  /** Flags that a lenient command passed over. */
  ignored: string[];
};

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];
type OptionToken = Extract<Token, { kind: 'option' }>;

/** Takes a command line apart by what the command says it takes. @throws UsageError */
export function parseArguments(command: Command, args: string[]): Parsed {
  const flags: Flags = { ...COMMON_FLAGS, ...command.flags };
  const restAfter = command.takes.findIndex((name) => name.endsWith('*'));
  const { mine, rest } = restAfter === -1 ? { mine: args, rest: [] } : splitRest(flags, args, restAfter);
  const values = new Map<string, (string | boolean)[]>();
  const ignored: string[] = [];
  const words: string[] = [];
  for (const token of tokensOf(flags, mine)) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const flag = flags[token.name];
    if (flag !== undefined) {
      values.set(token.name, [...(values.get(token.name) ?? []), givenBy(token, flag.value !== undefined)]);
    } else if (command.lenient) ignored.push(token.rawName);
    else throw unknownFlag(command, flags, token.rawName);
  }
  const help = values.has('help');
  if (command.lenient) words.splice(0, words.length, ...takeIgnoredValues(flags, mine, words));
  if (!help) checkCount(command, words, rest);
  return {
    flags: valuesOf(flags, values) as Parsed['flags'],
    words,
    rest,
    common: { lab: textOf(values.get('lab')), json: values.has('json'), help },
    ignored,
  };
}

function tokensOf(flags: Flags, args: string[]): Token[] {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { short, value }]) => [
      name,
      { type: value === undefined ? 'boolean' : 'string', ...(short && { short }) } as const,
    ]),
  );
  return parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

/** Everything from the word at `after` on belongs to another program. */
function splitRest(flags: Flags, args: string[], after: number): { mine: string[]; rest: string[] } {
  const words = tokensOf(flags, args).filter((token) => token.kind === 'positional');
  // After the last word of our own nothing is ours.
  const last = words[after - 1];
  const cut = last === undefined ? (words[0]?.index ?? args.length) : last.index + 1;
  const rest = args.slice(cut);
  return { mine: args.slice(0, cut), rest: rest[0] === '--' ? rest.slice(1) : rest };
}

function givenBy({ rawName, value, inlineValue }: OptionToken, takesValue: boolean): string | boolean {
  if (takesValue) {
    if (value === undefined) throw new UsageError(`${rawName} needs a value`);
    return value;
  }
  // As Go's flags have it: --quiet=false.
  if (inlineValue === true && value !== 'true' && value !== 'false') {
    throw new UsageError(`${rawName} takes no value`);
  }
  return value !== 'false';
}

/** `--virtualbox-memory 2048 m1`: the word after a flag that is passed over is its value, while a word for us remains. */
function takeIgnoredValues(flags: Flags, args: string[], words: string[]): string[] {
  const tokens = tokensOf(flags, args);
  const taken = tokens.filter((token, index) => {
    const before = tokens[index - 1];
    return (
      token.kind === 'positional' &&
      before?.kind === 'option' &&
      flags[before.name] === undefined &&
      before.value === undefined
    );
  });
  const values = taken.map((token) => (token.kind === 'positional' ? token.value : ''));
  const left = tokens.flatMap((token) =>
    token.kind === 'positional' && !taken.includes(token) ? [token.value] : [],
  );
  if (left.length > 0 || values.length === 0) return left;
  if (values.length === 1) return words;
  throw new UsageError(`which of ${values.join(', ')} is the name? Write the flags' values with =`);
}

function checkCount({ name, takes }: Command, words: string[], rest: string[]): void {
  const own = takes.filter((one) => !one.endsWith('*'));
  const least = own.filter((one) => !one.endsWith('?')).length;
  const many = own.some((one) => one.includes('...'));
  const restNeeded = takes.some((one) => one.endsWith('*') && !one.endsWith('?*'));
  if (words.length < least || (restNeeded && rest.length === 0)) {
    const missing = (words.length < least ? own[words.length] : takes.at(-1))?.replace(/[.?*]+$/, '');
    throw new UsageError(`"${name}" needs ${missing}`);
  }
  if (!many && words.length > own.length) {
    const extra = words.slice(own.length).join(' ');
    throw new UsageError(
      `"${name}" takes ${own.length === 0 ? 'no arguments' : usageOf(own)}, and not "${extra}"`,
    );
  }
}

/** `NAME [NAME...]`, as help prints it. */
export function usageOf(takes: readonly string[]): string {
  return takes
    .map((one) => {
      const name = one.replace(/[.?*]+$/, '');
      if (one.endsWith('?*')) return `[${name}...]`;
      if (one.endsWith('*')) return `${name}...`;
      if (one.endsWith('...?')) return `[${name}...]`;
      if (one.endsWith('...')) return `${name} [${name}...]`;
      return one.endsWith('?') ? `[${name}]` : name;
    })
    .join(' ');
}

function unknownFlag({ name }: Command, flags: Flags, rawName: string): UsageError {
  const known = Object.keys(flags).map((flag) => `--${flag}`);
  return new UsageError(`"${name}" has no flag ${rawName}; ${guess(rawName, known)}--help lists them`);
}

function valuesOf(flags: Flags, values: Map<string, (string | boolean)[]>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => {
      const given = values.get(name);
      if (flag.many) return [name, given ?? []];
      return [name, given?.at(-1) ?? (flag.value === undefined ? false : undefined)];
    }),
  );
}

function textOf(given: (string | boolean)[] | undefined): string | undefined {
  const last = given?.at(-1);
  return typeof last === 'string' ? last : undefined;
}
