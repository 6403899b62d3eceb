import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { bootstrapFiles, type HostFile } from '../shared/machine/bootstrap.ts';
import { canInstallPackages, installPackages } from './debian.ts';
import { askEngine, callEngine, type EngineRequest, streamEngine } from './engine-api.ts';
import { unmountBelow } from './engine-traces.ts';
import { withLock } from './ground-lock.ts';
import { endNoted, run } from './process.ts';
import { type Say, step } from './step.ts';

export interface HostImageOptions {
  say: Say;
  cacheFolder: string;
  socketPath: string;
  /** Whether a public registry answers. */
  hasRegistry: boolean;
  /** Keep a copy outside the engine; of no use where the engine's own data lie in the same cache. */
  keepsCopy: boolean;
  signal?: AbortSignal;
}

const suite = 'bookworm';
const pulledBase = `debian:${suite}-slim`;
const madeBase = `slipway-base:${suite}`;
const recipeFile = new URL('./host/Dockerfile', import.meta.url);
const buildSeconds = 900;
const lockSeconds = 1800;
/** What nobody reads on a lab host, below /usr/share. */
const leftOut = ['doc', 'man', 'locale', 'info'];

/** Files of the image that only a container needs; a machine of EC2 comes with its own. */
const containerFiles: HostFile[] = [
  {
    path: '/etc/ssh/sshd_config.d/slipway.conf',
    mode: 0o644,
    // Without PAM a login neither asks for a session of logind nor waits for one.
    content: 'PermitRootLogin prohibit-password\nPasswordAuthentication no\nUsePAM no\nPrintMotd no\n',
  },
  {
    path: '/etc/systemd/journald.conf.d/slipway.conf',
    mode: 0o644,
    content: '[Journal]\nStorage=volatile\nRuntimeMaxUse=16M\n',
  },
  {
    path: '/etc/slipway/containerd.toml',
    mode: 0o644,
    // Only what the engine uses: the rest costs a tenth of a second of each boot, and memory.
    content:
      'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.btrfs", ' +
      '"io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", ' +
      '"io.containerd.snapshotter.v1.aufs", "io.containerd.tracing.processor.v1.otlp", ' +
      '"io.containerd.internal.v1.tracing"]\n[debug]\n  level = "warn"\n',
  },
  {
    path: '/etc/systemd/system/containerd.service.d/slipway.conf',
    mode: 0o644,
    content:
      '[Unit]\nDefaultDependencies=no\nConflicts=shutdown.target\nBefore=shutdown.target\n[Service]\nExecStartPre=\nExecStart=\n' +
      'ExecStart=/usr/bin/containerd --config /etc/slipway/containerd.toml\n',
  },
  {
    path: '/etc/dpkg/dpkg.cfg.d/slipway',
    mode: 0o644,
    content: `force-unsafe-io\n${leftOut.map((name) => `path-exclude /usr/share/${name}/*\n`).join('')}`,
  },
];

/** The image's reference: the hash of all that goes into it, so that a change makes another image. */
export function hostImageReference(recipe: string, files: HostFile[]): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([recipe, files]))
    .digest('hex');
  return `slipway-host:${hash.slice(0, 12)}`;
}

/** Makes sure the engine has the host image: there already, loaded from the cache, or built. */
export async function prepareHostImage(options: HostImageOptions): Promise<string> {
  const { say, socketPath } = options;
  const recipe = await readFile(recipeFile, 'utf8');
  const files = [...containerFiles, ...bootstrapFiles()];
  const reference = hostImageReference(recipe, files);
  if (await hasImage(socketPath, reference)) return reference;
  const folder = join(options.cacheFolder, 'host-image');
  const saved = join(folder, `${reference.replace(':', '-')}.tar`);
  const lock = { file: join(folder, 'lock'), deadlineSeconds: lockSeconds, say, what: 'host image' };
  await withLock(lock, async () => {
    if (await hasImage(socketPath, reference)) return;
    if (existsSync(saved) && (await load(options, saved, reference))) return;
    const base = await obtainBase(folder, options);
    options.signal?.throwIfAborted();
    await step(say, 'host image: installing systemd, Docker and SSH', (progress) =>
      build(options, { base, recipe, files, reference }, progress),
    );
    if (options.keepsCopy)
      await step(say, 'host image: keeping a copy', () => save(socketPath, reference, saved));
  });
  return reference;
}

async function hasImage(socketPath: string, reference: string): Promise<boolean> {
  return askEngine(socketPath, { path: `/images/${reference}/json` }).then(
    () => true,
    () => false,
  );
}

async function load(options: HostImageOptions, saved: string, reference: string): Promise<boolean> {
  return step(options.say, 'host image: loading the copy kept', async () => {
    const body = createReadStream(saved);
    const request = { method: 'POST' as const, path: '/images/load?quiet=1', body, deadlineSeconds: 180 };
    await streamEngine(options.socketPath, request).catch(() => rm(saved, { force: true })); // cut short: build anew
    return hasImage(options.socketPath, reference);
  });
}

async function save(socketPath: string, reference: string, saved: string): Promise<void> {
  const folder = join(saved, '..');
  for (const name of await readdir(folder)) if (name.includes('.tar')) await rm(join(folder, name));
  const response = await callEngine(socketPath, { path: `/images/${reference}/get`, deadlineSeconds: 180 });
  await pipeline(response, createWriteStream(`${saved}.part`));
  await rename(`${saved}.part`, saved);
}

/** The reference of a plain Debian in the engine: pulled where a registry answers, else made here. */
async function obtainBase(folder: string, options: HostImageOptions): Promise<string> {
  for (const known of [pulledBase, madeBase]) if (await hasImage(options.socketPath, known)) return known;
  const ways = options.hasRegistry ? [pullBase, makeBase] : [makeBase, pullBase];
  const failures: string[] = [];
  for (const way of ways) {
    try {
      return await way(folder, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      failures.push((error as Error).message);
    }
  }
  throw new Error(
    `could not get a Debian for the lab hosts. Let the engine pull ${pulledBase} (docker pull ${pulledBase}), or run ` +
      `this as root on Debian or Ubuntu with a Debian mirror in reach.\n${failures.join('\n')}`,
  );
}

async function pullBase(_folder: string, options: HostImageOptions): Promise<string> {
  const path = `/images/create?fromImage=debian&tag=${suite}-slim`;
  await step(options.say, `host image: pulling ${pulledBase}`, (progress) =>
    streamEngine(options.socketPath, { method: 'POST', path, deadlineSeconds: 300 }, progress),
  );
  return pulledBase;
}

async function makeBase(folder: string, options: HostImageOptions): Promise<string> {
  if (!canInstallPackages())
    throw new Error('no registry answers, and debootstrap needs root on Debian or Ubuntu');
  if (!existsSync('/usr/sbin/debootstrap'))
    await installPackages(options.say, 'host image', { packages: ['debootstrap'] });
  const work = join(folder, 'work');
  const processFile = join(folder, 'process');
  await clearWork(work, processFile);
  const mirrors = await debianMirrors();
  await mkdir(work, { recursive: true });
  await step(options.say, 'host image: debootstrap', (progress) =>
    run('debootstrap', ['--variant=minbase', suite, work, mirrors.main], {
      deadlineSeconds: 600,
      processFile,
      onLine: (line) => progress(line.replace(/^I: /, '')),
    }),
  );
  await writeFile(join(work, 'etc/apt/sources.list'), sourcesList(mirrors));
  await step(options.say, 'host image: importing the base', async () => {
    const tar = join(folder, 'base.tar');
    const left = leftOut.map((name) => `--exclude=./usr/share/${name}/*`);
    left.push('--exclude=./var/cache/apt/*', '--exclude=./var/lib/apt/lists/*', '--exclude=./var/log/*');
    await run('tar', ['--numeric-owner', ...left, '-C', work, '-cf', tar, '.'], {
      deadlineSeconds: 120,
      processFile,
    });
    const [repository, tag] = madeBase.split(':');
    const path = `/images/create?fromSrc=-&repo=${repository}&tag=${tag}`;
    const body = createReadStream(tar);
    await streamEngine(options.socketPath, { method: 'POST', path, body, deadlineSeconds: 180 });
    await rm(tar);
  });
  await clearWork(work, processFile);
  return madeBase;
}

/** Removes a tree under construction, which a killed run may have left with its workers and its mounts. */
async function clearWork(work: string, processFile: string): Promise<void> {
  endNoted(await readFile(processFile, 'utf8').catch(() => ''));
  await unmountBelow(work);
  if (existsSync(work)) await run('rm', ['-rf', '--one-file-system', work], { deadlineSeconds: 60 });
  await rm(processFile, { force: true });
}

interface Mirrors {
  main: string;
  security: string;
}

/** The Debian mirrors this machine itself uses. */
async function debianMirrors(): Promise<Mirrors> {
  const format = '$(ORIGIN) $(REPO_URI)';
  const listed = await run('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'], {
    deadlineSeconds: 20,
  }).catch(() => '');
  return chooseMirrors(listed);
}

/** Picks the mirrors out of lines `origin address`; Debian's own where the machine uses none (Ubuntu). */
export function chooseMirrors(listed: string): Mirrors {
  const addresses = listed
    .split('\n')
    .filter((line) => /^Debian https?:/.test(line))
    .map((line) => line.slice('Debian '.length).trim().replace(/\/$/, ''));
  return {
    main: addresses.find((address) => !/security/.test(address)) ?? 'http://deb.debian.org/debian',
    security:
      addresses.find((address) => /security/.test(address)) ?? 'http://deb.debian.org/debian-security',
  };
}

function sourcesList({ main, security }: Mirrors): string {
  return (
    `deb ${main} ${suite} main\n` +
    `deb ${main} ${suite}-updates main\n` +
    `deb ${security} ${suite}-security main\n`
  );
}

interface Build {
  base: string;
  recipe: string;
  files: HostFile[];
  reference: string;
}

async function build(
  options: HostImageOptions,
  build: Build,
  progress: (text: string) => void,
): Promise<void> {
  const context = pack();
  context.entry({ name: 'Dockerfile' }, build.recipe);
  for (const file of build.files)
    context.entry({ name: `rootfs${file.path}`, mode: file.mode }, file.content);
  context.finalize();
  const query = new URLSearchParams({
    t: build.reference,
    networkmode: 'host', // the machine's own way to its package mirror
    forcerm: '1',
    buildargs: JSON.stringify({ BASE: build.base, ...(await proxies()) }),
  });
  const request: EngineRequest = {
    method: 'POST',
    path: `/build?${query}`,
    body: Readable.from(context),
    deadlineSeconds: buildSeconds,
  };
  if (options.signal) request.signal = options.signal; // the engine ends a build whose caller has gone
  await streamEngine(options.socketPath, request, progress);
}

/** apt's proxies on this machine, as build arguments, which Docker keeps out of the image. */
async function proxies(): Promise<Record<string, string>> {
  const args = ['shell', 'http_proxy', 'Acquire::http::Proxy', 'https_proxy', 'Acquire::https::Proxy'];
  const listed = await run('apt-config', args, { deadlineSeconds: 10 }).catch(() => '');
  const found = [...listed.matchAll(/^(https?_proxy)='([^']+)'$/gm)];
  return Object.fromEntries(found.map(([, name, value]) => [name, value]));
}
