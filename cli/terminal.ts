/** What a command sees of the machine that it runs on; main.ts gives the real one, a test its own. */
export interface Terminal {
  /** What was typed to call it: `slipway`, or `docker-machine`. */
  program: string;
  env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  home: string;
  /** `win32` has shells of its own. */
  platform: NodeJS.Platform;
  /** Is standard output a terminal that understands colours and a line that moves? */
  live: boolean;
  /** Of the terminal on standard output, in characters; undefined where there is none. */
  size?(): { columns: number; rows: number } | undefined;
  /** Is there somebody to ask? */
  interactive: boolean;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  fetch(url: string, init: RequestInit): Promise<Response>;
  out(text: string): void;
  err(text: string): void;
  /** @param secret is not shown while it is typed. @returns undefined where the input ended first. */
  ask(question: string, secret?: boolean): Promise<string | undefined>;
  /** All of standard input. */
  input(): Promise<Uint8Array>;
  /** Runs another program on this terminal. @returns its exit code; undefined where there is no such program. */
  run(program: string, args: string[], options?: { quiet?: boolean }): Promise<number | undefined>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Ends early where the signal does. */
  pause(milliseconds: number): Promise<void>;
}
