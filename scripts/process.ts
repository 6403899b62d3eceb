import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';

export interface RunOptions {
  /** The command and all it started are killed after this time. */
  deadlineSeconds: number;
  environment?: Record<string, string>;
  directory?: string;
  /** Called with each line the command prints, to show progress. */
  onLine?: (line: string) => void;
  /** Where to note the command's process, so that a later run can end it if we are killed (`kill -9`). */
  processFile?: string;
  /** Leave it to finish when we end early: killing it halfway does more harm (dpkg). */
  isLeftToFinish?: boolean;
}

/** What ends all running commands that may be ended. */
const running = new Set<() => void>();

/** Ends the commands that run now, as when the user gives up; their callers see them fail. */
export function endRunning(): void {
  for (const end of running) end();
}
process.once('exit', endRunning);

const keptLines = 15;

/** Runs a command to its end and returns what it wrote to stdout; throws with its last lines otherwise. */
export async function run(command: string, args: string[], options: RunOptions): Promise<string> {
  const child = spawn(command, args, {
    cwd: options.directory,
    env: { ...process.env, LC_ALL: 'C', ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group of its own, so that all of it can be ended at once
  });
  const endAll = () => endGroup(child.pid);
  if (!options.isLeftToFinish) running.add(endAll);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endAll();
  }, options.deadlineSeconds * 1000);
  const out: Buffer[] = [];
  const lastLines: string[] = [];
  const keep = (chunk: Buffer) => {
    for (const line of chunk.toString().split(/[\r\n]+/)) {
      if (line.trim() === '') continue;
      options.onLine?.(line.trim());
      lastLines.push(line);
      if (lastLines.length > keptLines) lastLines.shift();
    }
  };
  child.stdout.on('data', (chunk: Buffer) => {
    out.push(chunk);
    keep(chunk);
  });
  child.stderr.on('data', keep);
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  try {
    if (options.processFile && child.pid) await writeFile(options.processFile, identify(child.pid) ?? '');
    const end = await ended;
    if (end === 0) return Buffer.concat(out).toString();
    const how = late ? `took longer than ${options.deadlineSeconds} s` : `ended with ${end}`;
    throw new Error(`${command} ${args.slice(0, 4).join(' ')} ${how}:\n${lastLines.join('\n')}`);
  } finally {
    clearTimeout(timer);
    running.delete(endAll);
  }
}

/** True where the command is found and ends with 0 in time. */
export async function succeeds(command: string, args: string[], deadlineSeconds = 10): Promise<boolean> {
  return run(command, args, { deadlineSeconds }).then(
    () => true,
    () => false,
  );
}

/** `pid start-time`: a process's identity that a reused pid does not share; undefined where it has ended. */
export function identify(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the name, may hold spaces and brackets: count from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : `${pid} ${fields[19]}`;
  } catch {
    return identifyWithoutProc(pid);
  }
}

function identifyWithoutProc(pid: number): string | undefined {
  if (process.platform === 'linux') return undefined;
  try {
    process.kill(pid, 0);
    return `${pid}`;
  } catch {
    return undefined;
  }
}

/** Ends a process group that an earlier, killed run left behind; does nothing where it is another's by now. */
export function endNoted(identity: string): void {
  const pid = Number.parseInt(identity, 10);
  if (pid > 1 && identify(pid) === identity.trim()) endGroup(pid);
}

function endGroup(pid: number | undefined): void {
  if (!pid) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // already gone
  }
}

/** Waits until `check` says true, asking every `everyMilliseconds`; false when the deadline passes first. */
export async function waitUntil(
  check: () => boolean | Promise<boolean>,
  deadlineSeconds: number,
  everyMilliseconds = 25,
): Promise<boolean> {
  const end = performance.now() + deadlineSeconds * 1000;
  for (;;) {
    if (await check()) return true;
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, everyMilliseconds));
  }
}

/** Living processes that have this path, or a path below it, among their arguments. */
export function processesNaming(path: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .filter((pid) =>
      commandLine(pid)
        .slice(1)
        .some((argument) => isAtOrBelow(argument, path)),
    )
    .filter((pid) => identify(pid) !== undefined);
}

function isAtOrBelow(argument: string, path: string): boolean {
  const value = argument.replace(/^(--?[a-z-]+=)?(unix:\/\/)?/, '');
  return value === path || value.startsWith(`${path}/`);
}

export function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

export async function endProcess(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return;
  }
  await waitUntil(() => !identify(pid), 5);
}
