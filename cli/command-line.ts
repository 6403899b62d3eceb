/** What of a command is to be written as a line to copy. */
export interface Line {
  program: string;
  /** `class stop`. */
  name: string;
  words: readonly string[];
  /** By their names: true alone, a text as its value, each of a list anew. */
  flags: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

/** A line that a shell reads as it was meant. */
export function writeLine({ program, name, words, flags }: Line): string {
  const given = Object.entries(flags).flatMap(([flag, value]) => {
    if (value === undefined || value === false) return [];
    if (value === true) return [`--${flag}`];
    if (typeof value === 'string') return [`--${flag}`, quoted(value)];
    return value.flatMap((one) => [`--${flag}`, quoted(one)]);
  });
  return [program, name, ...words.map(quoted), ...given].join(' ');
}

/** As it is where no shell makes something else of it. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
