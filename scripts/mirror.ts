import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { canInstallPackages, updatePackageLists } from './debian.ts';
import { type ImageRecipe, type Layer, makeImage, recipeHash, unpack } from './debian-image.ts';
import { endProcess, processesNaming, run, waitUntil } from './process.ts';
import { hasInRegistry, pushImage } from './registry-push.ts';
import { leaseDaemon, untilStarted } from './shared-daemon.ts';
import { type Say, step } from './step.ts';

export interface Mirror {
  port: number;
  release(): Promise<void>;
}

export interface MirrorOptions {
  say: Say;
  cacheFolder: string;
  images: ImageRecipe[];
  /** Gives up between two images when it aborts. */
  signal?: AbortSignal;
}

const startSeconds = 20;

/**
 * Serves images made from Debian's packages as Docker Hub would, on all addresses of this machine, for hosts
 * whose own registry cannot be reached. What is served is read-only: labs can reach it, and one lab must not be
 * able to change what another pulls.
 */
export async function prepareMirror(options: MirrorOptions): Promise<Mirror> {
  const folder = join(options.cacheFolder, 'mirror');
  let port = 0;
  const release = await leaseDaemon({
    name: 'mirror',
    folder,
    say: options.say,
    ensure: async () => {
      await publishMissing(folder, options);
      port = await serve(folder, options.say);
      if (await hasAll(port, options.images)) return;
      // Its storage lost something (a full disk, a hand): make all of it anew.
      await rm(join(folder, publishedName), { force: true });
      await publishMissing(folder, options);
      if (!(await hasAll(port, options.images)))
        throw new Error(`the mirror does not serve what was put into it: remove ${folder} and try again`);
    },
    stop: () => step(options.say, 'mirror: stopping', () => stop(folder)),
  });
  return { port, release };
}

const publishedName = 'published.json';

async function publishMissing(folder: string, options: MirrorOptions): Promise<void> {
  const file = join(folder, publishedName);
  const published: Record<string, string> = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
  const missing = options.images.filter((image) => published[image.reference] !== recipeHash(image));
  if (missing.length === 0 && existsSync(programOf(folder))) return;
  const packageFolder = join(folder, 'packages');
  await download(
    packageFolder,
    ['docker-registry', ...missing.flatMap((image) => image.packages)],
    options.say,
  );
  await unpackProgram(folder, packageFolder);
  const writer = await startWriter(folder);
  const layers = new Map<string, Layer>();
  try {
    for (const image of missing) {
      options.signal?.throwIfAborted();
      await step(options.say, `course images: making ${image.reference}`, async () =>
        pushImage(writer.url, await makeImage(image, packageFolder, join(folder, 'work'), layers)),
      );
      published[image.reference] = recipeHash(image);
      await writeFile(`${file}.part`, JSON.stringify(published));
      await rename(`${file}.part`, file);
    }
  } finally {
    await endProcess(writer.pid);
  }
  await rm(packageFolder, { recursive: true, force: true });
}

async function download(folder: string, packages: string[], say: Say): Promise<void> {
  if (!canInstallPackages())
    throw new Error('course images are made from Debian packages: run this as root on Debian or Ubuntu');
  await updatePackageLists(say);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const names = [...new Set(packages)];
  await step(say, `course images: downloading ${names.length} packages`, (progress) =>
    run('apt-get', ['-q', '-o', 'APT::Sandbox::User=root', 'download', ...names], {
      deadlineSeconds: 300,
      directory: folder,
      onLine: progress,
    }),
  );
}

function programOf(folder: string): string {
  return join(folder, 'program/usr/bin/docker-registry');
}

async function unpackProgram(folder: string, packageFolder: string): Promise<void> {
  const target = join(folder, 'program');
  if (existsSync(programOf(folder))) return;
  const part = `${target}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  const listed = await run('find', [packageFolder, '-name', 'docker-registry_*.deb'], {
    deadlineSeconds: 10,
  });
  await unpack(listed.trim(), part);
  await rm(target, { recursive: true, force: true });
  await rename(part, target);
}

interface Settings {
  address: string;
  isReadOnly: boolean;
}

async function startRegistry(
  folder: string,
  name: string,
  { address, isReadOnly }: Settings,
): Promise<number> {
  const configuration = join(folder, `${name}.yml`);
  await writeFile(
    configuration,
    `version: 0.1
log:
  level: warn
  accesslog:
    disabled: true
storage:
  filesystem:
    rootdirectory: ${join(folder, 'data')}
  maintenance:
    uploadpurging:
      enabled: false
    readonly:
      enabled: ${isReadOnly}
http:
  addr: ${address}
`,
  );
  const logFile = join(folder, `${name}.log`);
  const log = openSync(logFile, 'w', 0o600);
  // OTEL and REGISTRY_ variables of ours would change its configuration: give it none.
  const child = spawn(programOf(folder), ['serve', configuration], {
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    cwd: '/',
  });
  const url = `http://127.0.0.1:${address.split(':').pop()}`;
  const failed = await untilStarted(child, () => answers(url), startSeconds);
  if (failed === undefined && child.pid) return child.pid;
  const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-10).join('\n');
  throw new Error(`the image mirror did not start: ${failed}. ${logFile}:\n${tail}`);
}

/** A registry that takes images, for this process alone, while there are images to put in. */
async function startWriter(folder: string): Promise<{ pid: number; url: string }> {
  for (const left of processesNaming(join(folder, 'write.yml'))) await endProcess(left);
  const port = await freePort();
  const pid = await startRegistry(folder, 'write', { address: `127.0.0.1:${port}`, isReadOnly: false });
  return { pid, url: `http://127.0.0.1:${port}` };
}

async function serve(folder: string, say: Say): Promise<number> {
  const portFile = join(folder, 'port');
  const known = Number(await readFile(portFile, 'utf8').catch(() => ''));
  const running = processesNaming(join(folder, 'serve.yml'));
  if (running.length > 0 && known > 0) {
    if (await waitUntil(() => answers(`http://127.0.0.1:${known}`), 5)) return known;
  }
  for (const pid of running) await endProcess(pid);
  return step(say, 'mirror: starting', async () => {
    // The port of the last time if it is free: hosts that live on have it in their engine's flags.
    for (const port of [...(known > 0 ? [known] : []), await freePort(), await freePort()]) {
      if (!(await isFree(port))) continue;
      await writeFile(portFile, `${port}`);
      await startRegistry(folder, 'serve', { address: `0.0.0.0:${port}`, isReadOnly: true });
      return port;
    }
    throw new Error('the image mirror found no free port');
  });
}

async function stop(folder: string): Promise<void> {
  for (const pid of processesNaming(join(folder, 'serve.yml'))) {
    process.kill(pid, 'SIGTERM');
    await waitUntil(() => !processesNaming(join(folder, 'serve.yml')).includes(pid), 3);
    await endProcess(pid);
  }
}

async function hasAll(port: number, images: ImageRecipe[]): Promise<boolean> {
  const found = await Promise.all(
    images.map((image) => hasInRegistry(`http://127.0.0.1:${port}`, image.reference)),
  );
  return found.every(Boolean);
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(`${url}/v2/`, { signal: AbortSignal.timeout(1000) }).catch(() => undefined);
  return response?.ok === true;
}

function isFree(port: number): Promise<boolean> {
  return listenOnce(port).then(
    () => true,
    () => false,
  );
}

function freePort(): Promise<number> {
  return listenOnce(0);
}

function listenOnce(port: number): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '0.0.0.0', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}
