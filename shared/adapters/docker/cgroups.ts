import type { Dirent } from 'node:fs';
import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SlipwayError } from '../../core/errors.ts';

const ROOT = '/sys/fs/cgroup';
/** Above all deployments. */
const TOP = '/slipway';
/** Processes of a container that was killed leave their cgroups a moment later. */
const PATIENCE_MS = 5000;
const PAUSE_MS = 50;

/**
 * Where a host's inner containers have their cgroups on cgroup v1, whose tree the hosts share with this machine: so
 * that they can be found once the host is gone.
 */
export function cgroupParent(deployment: string, labId?: string, machine?: string): string {
  return [TOP, deployment, labId, machine].filter((part) => part !== undefined).join('/');
}

/**
 * Removes a cgroup and all below it, depth first, in every controller's tree; not there is done. Throws
 * `driver_failed`, retryable, where processes are still in it.
 */
export async function removeCgroups(path: string, root: string = ROOT): Promise<void> {
  const busyUntil = Date.now() + PATIENCE_MS;
  await Promise.all(
    (await controllers(root)).map((controller) => removeTree(join(controller, path), busyUntil)),
  );
}

/** Removes the cgroup, and the one above all, where nothing is in them. */
export async function removeEmptyCgroups(path: string, root: string = ROOT): Promise<void> {
  for (const controller of await controllers(root)) {
    for (const empty of [path, TOP]) await rmdir(join(controller, empty)).catch(() => {});
  }
}

async function controllers(root: string): Promise<string[]> {
  // Links are second names of the same trees (cpu -> cpu,cpuacct).
  return (await folders(root)).map(({ name }) => join(root, name));
}

async function removeTree(path: string, busyUntil: number): Promise<void> {
  for (const { name } of await folders(path)) await removeTree(join(path, name), busyUntil);
  for (;;) {
    try {
      return await rmdir(path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return;
      if ((code !== 'EBUSY' && code !== 'ENOTEMPTY') || Date.now() > busyUntil) {
        throw new SlipwayError('driver_failed', `cgroup ${path} cannot be removed: ${code}`, {
          cause: error,
          retryable: true,
        });
      }
      await sleep(PAUSE_MS);
    }
  }
}

async function folders(path: string): Promise<Dirent[]> {
  try {
    return (await readdir(path, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  } catch (error) {
    if (['ENOENT', 'ENODEV'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
