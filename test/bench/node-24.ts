import { access, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { readGroundSettings } from '../../scripts/ground-settings.ts';
import { run } from '../../scripts/process.ts';

/** Lambda's `nodejs24.x`, as npm has it. */
const VERSION = '24.21.0';
const FETCH_SECONDS = 120;

/**
 * The path of a Node 24, whatever runs us: fetched from npm once and kept in the cache folder.
 * @throws what says that the registry is away, and what to do.
 */
export async function node24(): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(readGroundSettings().cacheFolder, `node-${VERSION}`);
  const node = join(folder, 'bin', 'node');
  if (await exists(node)) return node;
  const arriving = `${folder}.arriving-${process.pid}`;
  await mkdir(arriving, { recursive: true });
  try {
    await run('npm', ['pack', `${name}@${VERSION}`, '--pack-destination', arriving], {
      deadlineSeconds: FETCH_SECONDS,
    });
    const archive = join(arriving, `${name}-${VERSION}.tgz`);
    await run('tar', ['-xzf', archive, '-C', arriving, 'package/bin/node'], {
      deadlineSeconds: FETCH_SECONDS,
    });
    await rename(join(arriving, 'package'), folder);
  } catch (error) {
    if (await exists(node)) return node;
    throw new Error(
      `Node ${VERSION} is not in ${folder}, and npm does not give ${name}: bring the registry within reach, or put its bin/node there by hand`,
      { cause: error },
    );
  } finally {
    await run('rm', ['-rf', arriving], { deadlineSeconds: FETCH_SECONDS });
  }
  return node;
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
