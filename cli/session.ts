import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { NotAllowed } from './errors.ts';
import type { Terminal } from './terminal.ts';

const Config = z.object({
  /** The API's root, without `/v1`. */
  server: z.string().optional(),
  token: z.string().optional(),
  /** A student's join code, by their own choice: what the next token is had for. */
  code: z.string().optional(),
  /** The lab that was last used there. */
  lab: z.string().optional(),
  /** The last line of that lab's timeline that was looked at for its instructor's messages. */
  heard: z.object({ lab: z.string(), sequence: z.number() }).optional(),
});
type Config = z.infer<typeof Config>;

/** Where to ask, and as whom. */
export interface Session {
  server: string;
  token: string | undefined;
  /** For which a new token is had; of the kept token alone. */
  code: string | undefined;
  lastLab: string | undefined;
}

export function slipwayFolder({ home }: Pick<Terminal, 'home'>): string {
  return join(home, '.slipway');
}

function configFile(terminal: Pick<Terminal, 'home'>): string {
  return join(slipwayFolder(terminal), 'config.json');
}

/** SLIPWAY_SERVER and SLIPWAY_TOKEN before what `login` kept. @throws NotAllowed where no server is known. */
export async function readSession(terminal: Terminal): Promise<Session> {
  const config = await readConfig(terminal);
  const server = trimmed(terminal.env.SLIPWAY_SERVER) ?? config.server;
  if (server === undefined) {
    throw new NotAllowed(
      'no server is known: "slipway login URL" first, or set SLIPWAY_SERVER and SLIPWAY_TOKEN',
    );
  }
  // What was kept for one server is not told to another.
  const own = config.server === server ? config : {};
  const given = trimmed(terminal.env.SLIPWAY_TOKEN);
  if (given !== undefined) return { server, token: given, code: undefined, lastLab: own.lab };
  return { server, token: own.token, code: own.code, lastLab: own.lab };
}

/** Another server's token and lab go with it; a code of before in any case. */
export async function keepLogin(
  terminal: Terminal,
  server: string,
  { token, code }: { token: string; code?: string | undefined },
): Promise<void> {
  const config = await readConfig(terminal);
  await writeConfig(terminal, { ...(config.server === server ? config : {}), server, token, code });
}

/** The lab that is used where none is named. One used by SLIPWAY_SERVER elsewhere is not remembered. */
export async function keepLab(terminal: Terminal, server: string, lab: string): Promise<void> {
  const config = await readConfig(terminal);
  if (config.server === server && config.lab !== lab) await writeConfig(terminal, { ...config, lab });
}

/** Up to where a lab's timeline was looked at; 0 where it never was. */
export async function readHeard(terminal: Terminal, lab: string): Promise<number> {
  const { heard } = await readConfig(terminal);
  return heard?.lab === lab ? heard.sequence : 0;
}

/** Of the lab that is remembered alone: another's would take its place for one call. */
export async function keepHeard(terminal: Terminal, lab: string, sequence: number): Promise<void> {
  const config = await readConfig(terminal);
  const known = config.heard?.lab === lab ? config.heard.sequence : -1;
  if (config.lab === lab && sequence > known)
    await writeConfig(terminal, { ...config, heard: { lab, sequence } });
}

async function readConfig(terminal: Terminal): Promise<Config> {
  const file = configFile(terminal);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return {};
  try {
    return Config.parse(JSON.parse(text));
  } catch {
    throw new NotAllowed(`${file} cannot be read; "slipway login URL" writes it anew once it is removed`);
  }
}

async function writeConfig(terminal: Terminal, config: Config): Promise<void> {
  const folder = slipwayFolder(terminal);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // It may have been there, open to all.
  await chmod(folder, 0o700);
  const file = configFile(terminal);
  const next = `${file}.${process.pid}`;
  await writeFile(next, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  await rename(next, file);
}

function trimmed(text: string | undefined): string | undefined {
  const value = text?.trim();
  return value === '' ? undefined : value;
}
