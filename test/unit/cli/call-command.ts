import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../../cli/run.ts';
import type { Terminal } from '../../../cli/terminal.ts';
import { ensureLabSecrets } from '../../../shared/engine/lab-secrets.ts';
import type { Lab } from '../../../shared/lab/lab.ts';
import type { Role } from '../../../shared/service/caller.ts';
import type { World } from '../../support/world.ts';

export const SERVER = 'http://slipway.test';

/** The command on a terminal that is written down, against a world's API and with a home of its own. */
export interface Desk {
  home: string;
  env: Record<string, string | undefined>;
  /** Programs that it ran on the terminal. */
  ran: string[][];
  call(...args: string[]): Promise<Called>;
}

interface Called {
  code: number;
  out: string;
  err: string;
}

export interface DeskOptions {
  program?: string;
  env?: Record<string, string | undefined>;
  home?: string;
  live?: boolean;
  platform?: NodeJS.Platform;
  /** What is typed where it asks; nothing more comes after. */
  typed?: string[];
  input?: string | Uint8Array;
  fetch?: Terminal['fetch'];
  /** Exit code of the programs that it runs; undefined: there are none. */
  programs?: number | undefined;
  signal?: AbortSignal;
  /** The command's clock; the world's if left out. */
  now?: () => number;
  pause?: (milliseconds: number) => Promise<void>;
  size?: { columns: number; rows: number };
}

/** @param world undefined: nothing listens there. */
export async function openDesk(world?: World, options: DeskOptions = {}): Promise<Desk> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'slipway-cli-')));
  const env = { SHELL: '/bin/bash', ...options.env };
  const ran: string[][] = [];
  const typed = [...(options.typed ?? [])];
  const nobody = () =>
    Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }));
  const ask = async (url: string, init: RequestInit) => {
    if (!url.startsWith(SERVER))
      throw new TypeError('fetch failed', { cause: new Error(`no such host: ${url}`) });
    return (await world?.app.request(url, init)) as Response;
  };
  return {
    home,
    env,
    ran,
    async call(...args) {
      const called: Called = { code: 0, out: '', err: '' };
      called.code = await run(args, {
        program: options.program ?? 'slipway',
        env,
        home,
        platform: options.platform ?? 'linux',
        live: options.live ?? false,
        interactive: typed.length > 0,
        signal: options.signal ?? new AbortController().signal,
        fetch: options.fetch ?? (world === undefined ? nobody : ask),
        out: (text) => {
          called.out += text;
        },
        err: (text) => {
          called.err += text;
        },
        ask: async (question) => {
          called.err += question;
          return typed.shift();
        },
        input: async () => Buffer.from(options.input ?? ''),
        run: async (program, words) => {
          ran.push([program, ...words]);
          return 'programs' in options ? options.programs : 0;
        },
        size: () => options.size,
        now: options.now ?? (() => world?.deps.clock.now() ?? 0),
        pause: options.pause ?? (async () => undefined),
      });
      return called;
    },
  };
}

/** A ready lab with the keys that its reconciler makes. */
export async function keepLabWithKeys(
  world: World,
  overrides: Parameters<World['keep']>[0] = {},
): Promise<Lab> {
  const lab = await world.keep(overrides);
  await ensureLabSecrets(world.deps, lab.id, world.deps.clock.now());
  return lab;
}

/** Logged in, as `ana` the student unless told. */
export async function loggedIn(
  world: World,
  options: DeskOptions & { as?: Role; subject?: string } = {},
): Promise<Desk> {
  const desk = await openDesk(world, options);
  const token = await world.token(options.as ?? 'student', options.subject);
  const { code, err } = await desk.call('login', SERVER, '--token', token);
  if (code !== 0) throw new Error(err);
  return desk;
}
