import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { groundGiven } from './ground.ts';

const run = promisify(execFile);

/** Fails where a deployment left anything behind. */
export async function expectNothingLeft(deployment: string): Promise<void> {
  const nothing = { containers: 0, networks: 0, volumes: 0, cgroups: 0 };
  expect(await countLeftovers(deployment)).toEqual(nothing);
}

/** What a deployment has on the engine and in the cgroup tree, counted by `docker` and `find`, not by our own code. */
export async function countLeftovers(deployment: string) {
  const host = groundGiven()?.dockerHost;
  if (host === undefined) throw new Error('no ground to count on');
  const count = async (command: string, options: string[]) =>
    (await run(command, options, { timeout: 30_000 })).stdout.split('\n').filter((line) => line !== '')
      .length;
  const label = ['--filter', `label=slipway.deployment=${deployment}`];
  const [containers, networks, volumes, cgroups] = await Promise.all([
    count('docker', ['-H', host, 'ps', '-aq', ...label]),
    count('docker', ['-H', host, 'network', 'ls', '-q', ...label]),
    count('docker', ['-H', host, 'volume', 'ls', '-q', ...label]),
    // Other tests' trees vanish while it walks: that is no error of this count.
    count('sh', [
      '-c',
      `find /sys/fs/cgroup -type d 2>/dev/null | grep -E '/slipway/${deployment}(/|$)' || true`,
    ]),
  ]);
  return { containers, networks, volumes, cgroups };
}
