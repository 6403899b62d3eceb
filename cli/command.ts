import type { Context } from './context.ts';

interface Flag {
  /** One letter. */
  short?: string;
  /** What its value is called in the help; without it the flag is a yes or no. */
  value?: string;
  /** May be given more than once. */
  many?: true;
  says: string;
}
export type Flags = Readonly<Record<string, Flag>>;

type FlagValues<Given extends Flags> = {
  [Name in keyof Given]: Given[Name] extends { many: true }
    ? string[]
    : Given[Name] extends { value: string }
      ? string | undefined
      : boolean;
};

export interface Arguments<Given extends Flags = Flags> {
  flags: FlagValues<Given>;
  /** As many as `takes` says. */
  words: string[];
  /** What belongs to a program that is to be run elsewhere, untouched. */
  rest: string[];
}

export interface Command<Given extends Flags = Flags> {
  /** `ls`, or `node ls`. */
  name: string;
  /** `NAME`, `NAME?`, `NAME...` for one or more, `NAME...?` for any number; a last `COMMAND*` takes all that follows. */
  takes: readonly string[];
  flags: Given;
  summary: string;
  /** A line to copy. */
  example: string;
  /** Flags that are not known are passed over with a note: those of docker-machine's drivers. */
  lenient?: true;
  /** @returns the exit code, 0 where nothing is returned. */
  run(given: Arguments<Given>, context: Context): Promise<number | undefined>;
}

/** Keeps the flags' own types within, and lets commands of any flags stand in one list. */
export function command<const Given extends Flags>(
  definition: Omit<Command<Given>, 'run'> & {
    run(given: Arguments<Given>, context: Context): Promise<number | undefined> | Promise<void>;
  },
): Command {
  return definition as unknown as Command;
}
