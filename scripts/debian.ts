import { existsSync, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { run } from './process.ts';
import { type Say, step } from './step.ts';

const installSeconds = 600;
// Another apt may be at work (unattended upgrades, a killed run of ours that apt outlived): wait for its lock.
const aptOptions = ['-q', '-y', '-o', 'DPkg::Lock::Timeout=180', '-o', 'APT::Sandbox::User=root'];
const aptEnvironment = { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1' };

/** Whether packages can be installed here: Debian or a kin of it, and root. */
export function canInstallPackages(): boolean {
  return existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
}

/** The name of this Linux for a message. */
export function systemName(): string {
  if (process.platform !== 'linux') return process.platform;
  const pretty = /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'));
  return pretty?.[1] ?? 'this Linux';
}

export async function isAvailable(packageName: string): Promise<boolean> {
  const policy = await run('apt-cache', ['policy', packageName], { deadlineSeconds: 20 });
  return /Candidate: (?!\(none\))/.test(policy);
}

const freshMilliseconds = 24 * 3600 * 1000;
let updating: Promise<void> | undefined;

/** Reads the package lists anew unless that was done today. */
export function updatePackageLists(say: Say): Promise<void> {
  updating ??= (async () => {
    const age = await stat('/var/lib/apt/lists/partial').then(
      (found) => Date.now() - found.mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    if (age < freshMilliseconds && (await isAvailable('docker.io'))) return;
    await step(say, 'packages: reading the lists', () =>
      run('apt-get', [...aptOptions, 'update'], { deadlineSeconds: 180, environment: aptEnvironment }),
    );
  })();
  return updating;
}

export interface Installation {
  packages: string[];
  /** systemd units these packages would start, and must not. */
  units?: string[];
}

let installing: Promise<unknown> = Promise.resolve();

/** Installs packages without starting their services. One at a time: dpkg has one lock. */
export function installPackages(say: Say, name: string, installation: Installation): Promise<void> {
  const mine = installing.then(async () => {
    await updatePackageLists(say);
    await step(say, `${name}: installing ${installation.packages.join(' ')}`, async (progress) => {
      await withUnitsMasked(installation.units ?? [], async () => {
        await install(installation.packages, progress);
      });
    });
  });
  installing = mine.catch(() => {});
  return mine;
}

async function install(packages: string[], progress: (text: string) => void): Promise<void> {
  const options = {
    deadlineSeconds: installSeconds,
    environment: aptEnvironment,
    onLine: progress,
    isLeftToFinish: true,
  };
  const args = [...aptOptions, 'install', '--no-install-recommends', ...packages];
  try {
    await run('apt-get', args, options);
  } catch (error) {
    // A machine switched off in the midst of an installation, or lists too old for the archive.
    if (`${error}`.includes('dpkg --configure -a')) await run('dpkg', ['--configure', '-a'], options);
    else await run('apt-get', [...aptOptions, 'update'], options);
    await run('apt-get', args, options).catch((again: Error) => {
      throw new Error(
        `could not install ${packages.join(' ')}. Install them yourself ` +
          `(apt-get update; apt-get install ${packages.join(' ')}) and try again.\n${again.message}`,
      );
    });
  }
}

async function withUnitsMasked(units: string[], work: () => Promise<void>): Promise<void> {
  if (units.length === 0 || !existsSync('/run/systemd/system')) return work();
  const unitsCommand = (...verb: string[]) => run('systemctl', [...verb, ...units], { deadlineSeconds: 30 });
  await unitsCommand('mask', '--runtime'); // in /run: gone after the next boot, whatever happens to us
  try {
    await work();
  } finally {
    await unitsCommand('unmask', '--runtime');
    await unitsCommand('disable').catch(() => {});
  }
}
