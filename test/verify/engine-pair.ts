import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cgroupParent, removeCgroups } from '../../shared/adapters/docker/cgroups.ts';
import { outerDocker } from '../support/docker-cli.ts';
import { type PlainEngine, startPlainEngines } from '../support/plain-engines.ts';
import { prepareVolumes } from './node-volumes.ts';
import { openOracle } from './oracle.ts';
import type { Pair } from './pair.ts';

const DEPLOYMENT = 'slipway-verify';

/** Starts two one-node swarms on which no task runs: what they hold is compared, not what it does. */
export async function openPair(): Promise<Pair & { close(): Promise<void> }> {
  await removeDeadRuns();
  const set = await startPlainEngines(`${DEPLOYMENT}-${process.pid}`, 2);
  try {
    const [theirs, ours] = set.engines as [PlainEngine, PlainEngine];
    await Promise.all(set.engines.map(prepare));
    const oracle = openOracle(theirs.http.name);
    const close = async () => {
      oracle.close();
      await set.close();
    };
    return { theirs, ours, oracle, close };
  } catch (error) {
    await set.close();
    throw error;
  }
}

async function prepare({ engine, address, docker, name, http }: PlainEngine): Promise<void> {
  await engine.initSwarm({ advertiseAddress: address, nodeCertificateSeconds: 86_400 });
  await docker('node', 'update', '--availability', 'drain', name);
  await prepareVolumes(http);
}

/** What runs that were killed left: their names tell the process that is no more. */
async function removeDeadRuns(): Promise<void> {
  const names = (await outerDocker('network', 'ls', '--format', '{{.Name}}')).split('\n');
  for (const name of names) {
    const pid = new RegExp(`^${DEPLOYMENT}-(\\d+)$`).exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await outerDocker('rm', '-fv', `${name}-1`, `${name}-2`).catch(() => '');
    await outerDocker('network', 'rm', name).catch(() => '');
    await removeCgroups(cgroupParent(name)).catch(() => {});
  }
  for (const name of await readdir(tmpdir())) {
    const pid = new RegExp(`^${DEPLOYMENT}-(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
