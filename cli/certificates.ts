import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Client } from '../client/client.ts';
import { slipwayFolder } from './session.ts';
import type { Terminal } from './terminal.ts';

const FILES = ['ca', 'cert', 'key'] as const;

/** Where what opens a machine is kept; the API's own texts name the same folder. */
export function machineFolder(terminal: Pick<Terminal, 'home'>, lab: string, machine: string): string {
  return join(slipwayFolder(terminal), 'labs', lab, 'machines', machine);
}

/** Fetches the client certificate once, and again when its time is over. @returns its folder. */
export async function keepCertificate(
  terminal: Pick<Terminal, 'home' | 'now'>,
  api: Client,
  { lab, machine }: { lab: string; machine: string },
): Promise<string> {
  const folder = machineFolder(terminal, lab, machine);
  if (await isUsable(folder, terminal.now())) return folder;
  const certificate = await api.createCertificate({ lab });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Whole or not at all: another call may be reading them.
  for (const name of FILES) await writeWhole(join(folder, `${name}.pem`), certificate[name]);
  return folder;
}

/** The lab's private key for ssh. @returns the file. */
export async function keepSshKey(
  terminal: Pick<Terminal, 'home'>,
  api: Client,
  { lab, machine }: { lab: string; machine: string },
): Promise<string> {
  const file = join(machineFolder(terminal, lab, machine), 'id_ecdsa');
  if ((await readText(file)) !== undefined) return file;
  const { privateKey } = await api.getSshKey({ lab });
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeWhole(file, privateKey.endsWith('\n') ? privateKey : `${privateKey}\n`);
  return file;
}

export async function forgetMachine(
  terminal: Pick<Terminal, 'home'>,
  lab: string,
  machine: string,
): Promise<void> {
  await rm(machineFolder(terminal, lab, machine), { recursive: true, force: true });
}

export async function forgetLab(terminal: Pick<Terminal, 'home'>, lab: string): Promise<void> {
  await rm(join(slipwayFolder(terminal), 'labs', lab), { recursive: true, force: true });
}

/** Are all three there, as PEM, and is the certificate's time not over? */
async function isUsable(folder: string, now: number): Promise<boolean> {
  const texts = await Promise.all(FILES.map((name) => readText(join(folder, `${name}.pem`))));
  if (!texts.every((text) => text?.startsWith('-----BEGIN '))) return false;
  try {
    return Date.parse(new X509Certificate(texts[1] ?? '').validTo) > now;
  } catch {
    return false;
  }
}

async function readText(file: string): Promise<string | undefined> {
  return await readFile(file, 'utf8').catch(() => undefined);
}

async function writeWhole(file: string, text: string): Promise<void> {
  const next = `${file}.${process.pid}`;
  await writeFile(next, text, { mode: 0o600 });
  await rename(next, file);
}
