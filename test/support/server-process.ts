import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../local/free-port.ts';
import type { Lab } from '../../shared/lab/lab.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { groundGiven } from './ground.ts';
import type { KillPoint } from './kill-points.ts';
import { readLabs } from './recorded-labs.ts';

const entry = fileURLToPath(new URL('./killable-server.ts', import.meta.url));
const STARTED_SECONDS = 60;
const PHASE_SECONDS = 150;
let count = 0;

export interface ServerProcess {
  url: string;
  deployment: string;
  folder: string;
  /** As the operator, by the token in the server's file. */
  api: ApiClient;
  process: ChildProcess;
  /** @returns the signal or code that ended it; fails when it lives on. */
  exit(): Promise<string | number | null>;
  /** The labs in the data directory of a server that is dead. */
  recordedLabs(): Promise<Lab[]>;
  /** Another server on the same directory and port. */
  again(point?: KillPoint): Promise<ServerProcess>;
  /** Clean stop, and the directory is removed. */
  close(): Promise<void>;
}

export interface ServerOptions {
  point?: KillPoint;
  settings?: Record<string, string>;
}

/** Starts the product's server as a process of its own, with a fresh data directory, port and deployment. */
export async function startServerProcess(options: ServerOptions = {}): Promise<ServerProcess> {
  count += 1;
  const deployment = `test-${process.pid}-${count}`;
  const folder = await mkdtemp(join(tmpdir(), 'slipway-server-'));
  return startOn(folder, deployment, await freePort(), options);
}

async function startOn(
  folder: string,
  deployment: string,
  port: number,
  options: ServerOptions,
): Promise<ServerProcess> {
  const output: string[] = [];
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', entry, ...(options.point ? [options.point] : [])],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        SLIPWAY_GROUND: JSON.stringify(groundGiven()),
        SLIPWAY_DATA: folder,
        SLIPWAY_PORT: String(port),
        SLIPWAY_DEPLOYMENT: deployment,
        SLIPWAY_LOG_LEVEL: 'warn',
        ...options.settings,
      },
    },
  );
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => output.push(String(data)));
  const exited = new Promise<string | number | null>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code));
  });
  const url = `http://127.0.0.1:${port}`;
  await untilHealthy(url, child, output);
  const api = createApiClient(url, (await readFile(join(folder, 'operator-token'), 'utf8')).trim());
  return {
    url,
    deployment,
    folder,
    api,
    process: child,
    exit: () => within(exited, PHASE_SECONDS, () => `the server lives on\n${output.join('')}`),
    recordedLabs: () => readLabs(folder),
    again: (point) =>
      startOn(folder, deployment, port, { settings: options.settings ?? {}, ...(point ? { point } : {}) }),
    async close() {
      child.kill('SIGTERM');
      await within(exited, 60, () => `no clean stop\n${output.join('')}`);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilHealthy(url: string, child: ChildProcess, output: string[]): Promise<void> {
  const deadline = Date.now() + STARTED_SECONDS * 1000;
  for (;;) {
    const answer = await fetch(`${url}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > deadline || child.exitCode !== null) throw new Error(`no server\n${output.join('')}`);
    await pause(50);
  }
}

async function within<Value>(promise: Promise<Value>, seconds: number, words: () => string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(words())), seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
