import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  canInstallPackages,
  installPackages,
  isAvailable,
  systemName,
  updatePackageLists,
} from './debian.ts';
import { askEngine, engineAnswers } from './engine-api.ts';
import { noteMachine, restoreMachine } from './engine-traces.ts';
import { commandLine, endProcess, identify, processesNaming, succeeds, waitUntil } from './process.ts';
import { leaseDaemon, untilStarted } from './shared-daemon.ts';
import { type Say, step } from './step.ts';

export interface Engine {
  /** `unix:///…` */
  dockerHost: string;
  socketPath: string;
  /** Whether it is the one we started; a private engine stops when its last user releases it. */
  isPrivate: boolean;
  release(): Promise<void>;
}

export interface EngineOptions {
  say: Say;
  cacheFolder: string;
  /** What the environment asks for; then nothing else is tried. */
  dockerHost?: string;
  /** More packages to install in the same go, where an engine has to be installed. */
  alsoInstall?: string[];
}

const systemSocket = '/var/run/docker.sock';
const startSeconds = 60;
const stopSeconds = 30;
/** Package -> the programs it is wanted for; Docker's own packages bring the first three as well. */
const enginePackages = {
  'docker.io': ['dockerd', 'containerd', 'runc'],
  iproute2: ['ip'],
  iptables: ['iptables'],
};
const engineUnits = ['docker.service', 'docker.socket', 'containerd.service'];

/** Finds a Docker Engine, or (Debian, Ubuntu, root) installs Debian's and starts a private one. */
export async function obtainEngine(options: EngineOptions): Promise<Engine> {
  if (options.dockerHost) return askedFor(options.dockerHost);
  if (await engineAnswers(systemSocket)) return foreign(systemSocket);
  return obtainPrivateEngine(options);
}

async function askedFor(dockerHost: string): Promise<Engine> {
  if (!dockerHost.startsWith('unix://'))
    throw new Error(
      `DOCKER_HOST is ${dockerHost}, but labs need an engine on this machine: hosts reach the API by the ` +
        'address of its bridge. Set SLIPWAY_DOCKER_HOST=unix:///path/to/docker.sock, or unset DOCKER_HOST.',
    );
  const socketPath = dockerHost.slice('unix://'.length);
  if (await engineAnswers(socketPath, 5)) return foreign(socketPath);
  throw new Error(
    `no Docker Engine answers at ${dockerHost} (from SLIPWAY_DOCKER_HOST or DOCKER_HOST). ` +
      'Start it, or unset the variable to let Slipway find or start one.',
  );
}

function foreign(socketPath: string): Engine {
  return { dockerHost: `unix://${socketPath}`, socketPath, isPrivate: false, release: async () => {} };
}

async function obtainPrivateEngine(options: EngineOptions): Promise<Engine> {
  const folder = join(options.cacheFolder, 'engine');
  const socketPath = join(folder, 'docker.sock');
  if (Buffer.byteLength(socketPath) > 100)
    throw new Error(`${socketPath} is too long for a socket: set SLIPWAY_CACHE to a shorter path.`);
  // Without root there may still be one that root started and that lets us in.
  if (!canRunEngine() && !(await engineAnswers(socketPath))) throw new Error(cure());
  const release = await leaseDaemon({
    name: 'engine',
    folder,
    say: options.say,
    ensure: () => ensureEngine(folder, socketPath, options),
    stop: () => stopEngine(folder, socketPath, options.say),
  });
  return { dockerHost: `unix://${socketPath}`, socketPath, isPrivate: true, release };
}

function canRunEngine(): boolean {
  return (
    process.platform === 'linux' &&
    process.getuid?.() === 0 &&
    (missingPackages().length === 0 || canInstallPackages())
  );
}

function hasProgram(name: string): boolean {
  const folders = ['/usr/bin', '/usr/sbin', '/bin', '/sbin', '/usr/local/bin', '/usr/local/sbin'];
  return folders.some((folder) => existsSync(join(folder, name)));
}

/** What an engine of ours needs and is not here, as after an installation that was cut short. */
function missingPackages(): string[] {
  return Object.entries(enginePackages)
    .filter(([, programs]) => !programs.every(hasProgram))
    .map(([name]) => name);
}

function cure(): string {
  const root = process.getuid?.() === 0 ? '' : ', or run this as root on Debian or Ubuntu';
  return (
    `no Docker Engine answers at ${systemSocket}, and none can be installed here (${systemName()}). Install and ` +
    `start Docker (https://docs.docker.com/engine/install/) so that "docker info" works for this user, or set ` +
    `SLIPWAY_DOCKER_HOST=unix:///path/to/docker.sock${root}.`
  );
}

async function ensureEngine(folder: string, socketPath: string, options: EngineOptions): Promise<void> {
  if (await engineAnswers(socketPath)) return;
  await install(options);
  await step(options.say, 'engine: starting', async () => {
    const running = findEngine(folder);
    if (running !== undefined) {
      // One that a killed run of ours started, and that is still on its way.
      if (
        await waitUntil(async () => (await engineAnswers(socketPath)) || !identify(running), startSeconds)
      ) {
        if (await engineAnswers(socketPath)) return;
      } else await endProcess(running);
    }
    await startEngine(folder, socketPath);
  });
}

async function install(options: EngineOptions): Promise<void> {
  const packages = missingPackages();
  if (packages.length === 0) return;
  await updatePackageLists(options.say);
  if (packages.includes('docker.io')) {
    packages.push('ca-certificates', ...(options.alsoInstall ?? []));
    // From Debian 13 on the `docker` command is a package of its own.
    if (await isAvailable('docker-cli')) packages.push('docker-cli');
  }
  await installPackages(options.say, 'engine', { packages, units: engineUnits });
}

async function startEngine(folder: string, socketPath: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o711 });
  await rm(join(folder, 'pid'), { force: true });
  const path = await iptablesPath(folder);
  await noteMachine(folder);
  const configuration = join(folder, 'daemon.json'); // ours, so that /etc/docker/daemon.json has no say
  await writeFile(configuration, '{}\n');
  const logFile = join(folder, 'dockerd.log');
  const log = openSync(logFile, 'w', 0o600);
  const flags = ['--config-file', configuration, '--data-root', join(folder, 'data')];
  flags.push(
    '--exec-root',
    join(folder, 'exec'),
    '--pidfile',
    join(folder, 'pid'),
    '-H',
    `unix://${socketPath}`,
  );
  const child = spawn('dockerd', flags, {
    detached: true, // outlives us: the next run adopts it
    stdio: ['ignore', log, log],
    env: { ...process.env, PATH: path },
    cwd: '/',
  });
  const failed = await untilStarted(child, () => engineAnswers(socketPath), startSeconds);
  if (failed === undefined) return;
  const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
  throw new Error(
    `the private Docker Engine did not start: ${failed}. ` +
      `The end of ${logFile}:\n${tail}\n` +
      'If this machine cannot run Docker, set SLIPWAY_DOCKER_HOST to an engine that can be reached by a socket.',
  );
}

/**
 * A PATH on which `iptables` works: Debian's default goes by nf_tables, which some kernels lack; then the
 * legacy one is put first, for our engine alone.
 */
async function iptablesPath(folder: string): Promise<string> {
  const path = `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`;
  const legacy = '/usr/sbin/iptables-legacy';
  if (!existsSync(legacy) || (await succeeds('iptables', ['-t', 'nat', '-S']))) return path;
  const commands = join(folder, 'bin');
  await mkdir(commands, { recursive: true });
  for (const name of ['iptables', 'ip6tables', 'iptables-save', 'iptables-restore']) {
    await rm(join(commands, name), { force: true });
    await symlink('/usr/sbin/xtables-legacy-multi', join(commands, name));
  }
  return `${commands}:${path}`;
}

async function stopEngine(folder: string, socketPath: string, say: Say): Promise<void> {
  await step(say, 'engine: stopping', async () => {
    const bridges = await ownBridges(socketPath);
    const pid = findEngine(folder);
    if (pid !== undefined) {
      process.kill(pid, 'SIGTERM');
      if (!(await waitUntil(() => !identify(pid), stopSeconds))) await endProcess(pid);
    }
    // containerd and its shims end with the engine, unless it was killed.
    await waitUntil(() => processesOf(folder).length === 0, 3);
    for (const left of processesOf(folder)) await endProcess(left);
    await restoreMachine(folder, bridges);
    for (const name of ['docker.sock', 'pid', 'exec', 'bin'])
      await rm(join(folder, name), { recursive: true, force: true });
  });
}

async function ownBridges(socketPath: string): Promise<string[]> {
  const answer = await askEngine(socketPath, { path: '/networks', deadlineSeconds: 5 }).catch(() => '[]');
  const networks = JSON.parse(answer) as { Id: string; Driver: string; Name: string }[];
  return networks
    .filter((network) => network.Driver === 'bridge' && network.Name !== 'bridge')
    .map((network) => `br-${network.Id.slice(0, 12)}`);
}

/** The pid of the dockerd that runs on our folder, whether or not it answers. */
function findEngine(folder: string): number | undefined {
  return processesOf(folder).find((pid) => commandLine(pid)[0]?.endsWith('dockerd'));
}

/** dockerd, its containerd and the shims: all name our folder in their arguments. */
function processesOf(folder: string): number[] {
  const programs = /(^|\/)(dockerd|docker-proxy|containerd|containerd-shim[^/]*)$/;
  return processesNaming(folder).filter((pid) => programs.test(commandLine(pid)[0] ?? ''));
}
