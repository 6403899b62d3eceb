import { setTimeout as sleep } from 'node:timers/promises';
import type { HostProgram, HostProgramResult } from '../../shared/ports/engine.ts';

/** What a program says and how it ends; the bounds are put to it by the engine. */
interface FakeProgramEnd {
  exitCode?: number;
  stdout?: string;
  stderr?: string;
}

/** What a host does when it is told to run something. */
export type FakeHostPrograms = (
  program: HostProgram,
  host: { name: string },
) => FakeProgramEnd | Promise<FakeProgramEnd>;

/** A few programs that every machine has. */
export const plainPrograms: FakeHostPrograms = async ({ command, stdin = new Uint8Array() }, host) => {
  const [name = '', ...words] = command;
  switch (name) {
    case 'true':
      return {};
    case 'false':
      return { exitCode: 1 };
    case 'echo':
      return { stdout: `${words.join(' ')}\n` };
    case 'cat':
      return { stdout: Buffer.from(stdin).toString('utf8') };
    case 'hostname':
      return { stdout: `${host.name}\n` };
    case 'sleep':
      await sleep(Number(words[0]) * 1000, undefined, { ref: false });
      return {};
    default:
      return { exitCode: 127, stderr: `nsenter: failed to execute ${name}: No such file or directory\n` };
  }
};

/** Runs it under the bounds that the real one has. */
export async function runBounded(
  run: FakeHostPrograms,
  program: HostProgram,
  host: { name: string },
): Promise<HostProgramResult> {
  const late = Symbol('late');
  const over = new AbortController();
  const end = await Promise.race([
    run(program, host),
    sleep(program.deadlineSeconds * 1000, late, { signal: over.signal }),
  ]).finally(() => over.abort());
  if (typeof end === 'symbol') return { stdout: '', stderr: '', ended: 'deadline' };
  const stdout = Buffer.from(end.stdout ?? '');
  const stderr = Buffer.from(end.stderr ?? '');
  const room = program.maximumBytes;
  const said = {
    stdout: stdout.subarray(0, room).toString('utf8'),
    stderr: stderr.subarray(0, Math.max(0, room - stdout.length)).toString('utf8'),
  };
  if (stdout.length + stderr.length > room) return { ...said, ended: 'too-much-output' };
  return { exitCode: end.exitCode ?? 0, ...said, ended: 'by-itself' };
}
