import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CGROUPS = '/sys/fs/cgroup';

/** What a machine holds, counted by the docker command and the kernel's own tree, not by Slipway. */
export interface Holdings {
  containers: string[];
  networks: string[];
  volumes: string[];
  cgroups: string[];
}

/** Lists all containers, networks and volumes of an engine, and the cgroups below /slipway. */
export async function listHoldings(dockerHost: string): Promise<Holdings> {
  const [containers, networks, volumes] = await Promise.all([
    lines(dockerHost, ['ps', '-aq', '--no-trunc']),
    lines(dockerHost, ['network', 'ls', '-q', '--no-trunc']),
    lines(dockerHost, ['volume', 'ls', '-q']),
  ]);
  return { containers, networks, volumes, cgroups: listCgroups() };
}

/** What `after` holds and `before` did not: what was left behind. */
export function leftBehind(before: Holdings, after: Holdings): Holdings {
  const fresh = (kind: keyof Holdings) => after[kind].filter((name) => !before[kind].includes(name));
  return {
    containers: fresh('containers'),
    networks: fresh('networks'),
    volumes: fresh('volumes'),
    cgroups: fresh('cgroups'),
  };
}

async function lines(dockerHost: string, command: string[]): Promise<string[]> {
  const { stdout } = await run('docker', ['-H', dockerHost, ...command], { timeout: 30_000 });
  return stdout.split('\n').filter((line) => line !== '');
}

function listCgroups(): string[] {
  if (!existsSync(CGROUPS)) return [];
  const roots = [CGROUPS, ...readdirSync(CGROUPS).map((controller) => join(CGROUPS, controller))]
    .map((root) => join(root, 'slipway'))
    .filter((root) => existsSync(root));
  return roots.flatMap((root) =>
    readdirSync(root, { recursive: true, withFileTypes: true, encoding: 'utf8' })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
}
