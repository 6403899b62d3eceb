import type { ChildProcess } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './ground-lock.ts';
import { identify, waitUntil } from './process.ts';
import type { Say } from './step.ts';

/** A background process several of ours use at once: started by the first, stopped by the last. */
export interface SharedDaemon {
  name: string;
  /** Its own folder; leases are kept in `users/` there, one file a user, named by its pid. */
  folder: string;
  say: Say;
  /** Called under the lock; adopts what runs or starts it, and returns once it answers. */
  ensure(): Promise<void>;
  /** Called under the lock, when nobody uses it any more. */
  stop(): Promise<void>;
}

const lockSeconds = 300;
let taken = 0;

/** Makes sure the daemon runs and leases it; call the answer to give the lease back. */
export async function leaseDaemon(daemon: SharedDaemon): Promise<() => Promise<void>> {
  const users = join(daemon.folder, 'users');
  taken += 1;
  const lease = join(users, `${process.pid}-${taken}`);
  const lock = {
    file: join(daemon.folder, 'lock'),
    deadlineSeconds: lockSeconds,
    say: daemon.say,
    what: daemon.name,
  };
  await withLock(lock, async () => {
    await mkdir(users, { recursive: true });
    await daemon.ensure();
    await writeFile(lease, identify(process.pid) ?? '');
  });
  let released = false;
  return async () => {
    if (released) return;
    released = true;
    await withLock(lock, async () => {
      await rm(lease, { force: true });
      if (await hasLiveUser(users)) return;
      await daemon.stop();
    });
  };
}

/** Whether a lease of a living process exists; leases of dead ones are removed. */
export async function hasLiveUser(folder: string): Promise<boolean> {
  let live = false;
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    const identity = identify(Number.parseInt(name, 10));
    const written = (await readFile(file, 'utf8').catch(() => '')).trim();
    // An empty lease counts by its pid alone, so that a shell can hold one: `: > users/$$`.
    if (identity !== undefined && (written === '' || written === identity)) live = true;
    else await rm(file, { force: true });
  }
  return live;
}

/**
 * Lets a detached process go its own way and waits until it answers. To be called right after `spawn`.
 * @returns why it did not come up, in words; undefined once it answers.
 */
export async function untilStarted(
  child: ChildProcess,
  answers: () => Promise<boolean>,
  withinSeconds: number,
): Promise<string | undefined> {
  let failed: string | undefined;
  child.once('error', (error) => {
    failed = error.message;
  });
  child.once('exit', (code, signal) => {
    failed = `it ended with ${code ?? signal}`;
  });
  child.unref();
  const up = await waitUntil(async () => failed !== undefined || (await answers()), withinSeconds);
  return failed ?? (up ? undefined : `no answer in ${withinSeconds} s`);
}
