import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, succeeds } from './process.ts';

/** What an engine leaves on a machine when it stops, noted before it starts so that only that is undone. */
interface Before {
  boot: string;
  settings: Record<string, string>;
  hadBridge: boolean;
  hadChains: boolean;
  forwardPolicy: string;
  hadKeyFile: boolean;
  cgroups: string[];
}

// dockerd turns these on and never off (libnetwork: setupIPForwarding, setupBridgeNetFiltering).
const changedSettings = [
  'net/ipv4/ip_forward',
  'net/ipv4/conf/default/route_localnet',
  'net/bridge/bridge-nf-call-iptables',
  'net/bridge/bridge-nf-call-ip6tables',
];
const keyFile = '/etc/docker/key.json';
const noteName = 'before.json';

/** Notes the machine's state before our engine changes it; keeps an older note of the same boot. */
export async function noteMachine(folder: string): Promise<void> {
  const known = await readNote(folder);
  if (known) return;
  const rules = await run(await iptables(folder), ['-S'], { deadlineSeconds: 10 }).catch(() => '');
  const before: Before = {
    boot: bootId(),
    settings: {},
    hadBridge: existsSync('/sys/class/net/docker0'),
    hadChains: /^-N DOCKER$/m.test(rules),
    forwardPolicy: /-P FORWARD (\w+)/.exec(rules)?.[1] ?? 'ACCEPT',
    hadKeyFile: existsSync(keyFile),
    cgroups: await engineCgroups(),
  };
  for (const name of changedSettings) {
    const value = await readFile(`/proc/sys/${name}`, 'utf8').catch(() => undefined);
    if (value !== undefined) before.settings[name] = value.trim();
  }
  await writeFile(join(folder, noteName), JSON.stringify(before));
}

/** Removes what our engine left: bridges, iptables rules and chains, cgroups, mounts; restores the settings. */
export async function restoreMachine(folder: string, networkBridges: string[]): Promise<void> {
  const before = await readNote(folder);
  const bridges = [...networkBridges, ...(before?.hadBridge === false ? ['docker0'] : [])];
  for (const bridge of bridges)
    if (existsSync(`/sys/class/net/${bridge}`)) await succeeds('ip', ['link', 'delete', bridge]);
  await unmountBelow(folder);
  if (!before) return;
  if (!before.hadChains) await removeRules(folder, bridges);
  if (before.settings['net/ipv4/ip_forward'] === '0') {
    await succeeds(await iptables(folder), ['-P', 'FORWARD', before.forwardPolicy]);
    await writeFile('/proc/sys/net/ipv4/ip_forward', '0').catch(() => {});
  }
  for (const [name, value] of Object.entries(before.settings))
    await writeFile(`/proc/sys/${name}`, value).catch(() => {}); // not there where its module is gone
  if (!before.hadKeyFile) await rm(keyFile, { force: true });
  for (const left of ['/run/docker/plugins', '/run/docker']) await rmdir(left).catch(() => {}); // only if empty
  for (const group of await engineCgroups()) if (!before.cgroups.includes(group)) await removeTree(group);
  await rm(join(folder, noteName), { force: true });
}

async function removeRules(folder: string, bridges: string[]): Promise<void> {
  const command = await iptables(folder);
  for (const table of ['filter', 'nat']) {
    const rules = await run(command, ['-t', table, '-S'], { deadlineSeconds: 10 }).catch(() => '');
    for (const rule of engineRules(rules, bridges)) await succeeds(command, ['-t', table, ...rule]);
  }
}

// Not DOCKER_OUTPUT and DOCKER_POSTROUTING: with those an engine outside gives a container (us, maybe) its DNS.
const chainName = /^DOCKER(-[A-Z0-9-]+)?$/;

/** The iptables arguments that undo an engine's part of `iptables -S`: rules first, then chains. */
export function engineRules(listing: string, bridges: string[]): string[][] {
  const lines = listing.split('\n').map((line) => line.trim());
  const isOurs = (rule: string[]) => rule.some((word) => bridges.includes(word) || chainName.test(word));
  const builtIn = lines.filter((line) => line.startsWith('-A ')).map((line) => line.split(' '));
  const rules = builtIn.filter((rule) => isOurs(rule) && !chainName.test(rule[1] ?? ''));
  const chains = lines
    .filter((line) => line.startsWith('-N '))
    .map((line) => line.slice(3))
    .filter((chain) => chainName.test(chain));
  return [
    ...rules.map((rule) => ['-D', ...rule.slice(1)]),
    ...chains.map((chain) => ['-F', chain]),
    ...chains.map((chain) => ['-X', chain]),
  ];
}

async function iptables(folder: string): Promise<string> {
  const ours = join(folder, 'bin', 'iptables');
  return existsSync(ours) ? ours : 'iptables';
}

async function readNote(folder: string): Promise<Before | undefined> {
  const text = await readFile(join(folder, noteName), 'utf8').catch(() => '{}');
  try {
    const note = JSON.parse(text) as Before;
    return note.boot === bootId() ? note : undefined; // after a reboot nothing of it is left to undo
  } catch {
    return undefined;
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** The folders engines make at the top of each cgroup tree (v1: one tree a controller). */
async function engineCgroups(): Promise<string[]> {
  const root = '/sys/fs/cgroup';
  const controllers = (await readdir(root).catch(() => [] as string[])).map((name) => join(root, name));
  return [root, ...controllers]
    .flatMap((folder) => ['docker', 'slipway'].map((name) => join(folder, name)))
    .filter((folder) => existsSync(folder));
}

async function removeTree(cgroup: string): Promise<void> {
  for (const entry of await readdir(cgroup, { withFileTypes: true }).catch(() => []))
    if (entry.isDirectory()) await removeTree(join(cgroup, entry.name));
  await rmdir(cgroup).catch(() => {}); // still in use: not ours to force
}

/** Unmounts what is mounted below a folder, deepest first. */
export async function unmountBelow(folder: string): Promise<void> {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replaceAll('\\040', ' '))
    .filter((path) => path.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length);
  for (const path of mounts) await succeeds('umount', ['--lazy', path]);
}
