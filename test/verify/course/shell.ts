import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer } from './step.ts';

export interface ShellAnswer extends Answer {
  /** The deadline came first: it was killed, and what it printed until then is here. */
  isLate: boolean;
}

export interface ShellOptions {
  /** For the commands' files; made where it is not there. */
  folder: string;
  /** Where commands begin. */
  workFolder: string;
  environment: Record<string, string | undefined>;
}

/**
 * A bash that stays open, so that what one command exports the next one has. Each command is read by it from a file, letter for
 * letter, with its own stdin, stdout and stderr; its exit code comes by a pipe of its own.
 */
export class Shell {
  readonly #options: ShellOptions;
  readonly #child: ChildProcess;
  readonly #isOver: Promise<number>;
  #count = 0;

  private constructor(options: ShellOptions) {
    this.#options = options;
    this.#child = spawn('bash', ['--noprofile', '--norc'], {
      cwd: options.workFolder,
      env: options.environment,
      // A group of its own, to be ended with all that it started.
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
    });
    this.#child.stdin?.on('error', () => undefined);
    this.#isOver = new Promise((resolve) => {
      this.#child.once('error', () => resolve(127));
      this.#child.once('exit', (code) => resolve(code ?? 137));
    });
  }

  static async open(options: ShellOptions): Promise<Shell> {
    await mkdir(options.folder, { recursive: true });
    return new Shell(options);
  }

  /** False once a command ended it, or a deadline. */
  get isOpen(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async run(command: string, given: { input?: string; deadlineSeconds: number }): Promise<ShellAnswer> {
    this.#count += 1;
    const file = (kind: string) => join(this.#options.folder, `${this.#count}.${kind}`);
    await writeFile(file('sh'), `${command}\n`);
    await writeFile(file('in'), given.input ?? '');
    const ended = this.#nextCode();
    const [script, input, stdout, stderr] = ['sh', 'in', 'out', 'err'].map((kind) => quote(file(kind)));
    this.#child.stdin?.write(`. ${script} <${input} >${stdout} 2>${stderr} 3>&-; echo "$?" >&3\n`);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), given.deadlineSeconds * 1000);
    });
    const exitCode = await Promise.race([ended, this.#isOver, late]);
    clearTimeout(timer);
    if (exitCode === undefined) await this.close();
    const read = (kind: string) => readFile(file(kind), 'utf8').catch(() => '');
    return {
      exitCode: exitCode ?? 137,
      stdout: await read('out'),
      stderr: await read('err'),
      isLate: exitCode === undefined,
    };
  }

  /** Ends it, and whatever it runs. */
  async close(): Promise<void> {
    if (this.isOpen && this.#child.pid !== undefined) {
      try {
        process.kill(-this.#child.pid, 'SIGKILL');
      } catch {
        // It went by itself just now.
      }
    }
    await this.#isOver;
  }

  #nextCode(): Promise<number> {
    const codes = this.#child.stdio[3];
    return new Promise((resolve) => {
      let text = '';
      const read = (data: Buffer) => {
        text += String(data);
        if (!text.endsWith('\n')) return;
        codes?.off('data', read);
        resolve(Number(text));
      };
      codes?.on('data', read);
    });
  }
}

/** A word for bash. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
