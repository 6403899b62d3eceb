import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Say } from './step.ts';

/**
 * Does `work` while no other process on this machine holds the lock `file`.
 *
 * The lock is the kernel's (flock), held by a child that lives as long as the pipe to us is open: it cannot go
 * stale, whatever kills us. Where there is no flock command (macOS) there is no engine of ours to start either,
 * and what is left to guard can be done twice without harm.
 */
export async function withLock<T>(
  options: { file: string; deadlineSeconds: number; say: Say; what: string },
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(options.file), { recursive: true });
  const unlock = await lock(options);
  try {
    return await work();
  } finally {
    unlock();
  }
}

async function lock(options: { file: string; deadlineSeconds: number; say: Say; what: string }) {
  const holder = spawn(
    'flock',
    [
      '--exclusive',
      '--timeout',
      `${options.deadlineSeconds}`,
      options.file,
      'sh',
      '-c',
      'echo held; exec cat',
    ],
    { stdio: ['pipe', 'pipe', 'ignore'], detached: true },
  );
  holder.stdin.on('error', () => {});
  const waiting = setTimeout(
    () => options.say(`${options.what}: waiting for another Slipway on this machine`),
    1000,
  );
  try {
    const answer = await Promise.race([
      once(holder.stdout, 'data').then(() => 'held' as const),
      once(holder, 'close').then(() => 'late' as const),
      once(holder, 'error').then(() => 'late' as const),
    ]).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return 'none' as const;
      throw error;
    });
    if (answer === 'late')
      throw new Error(
        `${options.what}: another Slipway has held ${options.file} for ${options.deadlineSeconds} s. ` +
          `See who with "fuser -v ${options.file}", end it, and try again.`,
      );
  } finally {
    clearTimeout(waiting);
  }
  return () => {
    holder.stdin.destroy();
    holder.stdout.destroy();
    holder.unref();
  };
}
