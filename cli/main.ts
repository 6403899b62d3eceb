import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { basename } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './run.ts';
import type { Terminal } from './terminal.ts';

/** The `slipway` command on a real terminal. */

const INTERRUPTED = 130;
const interrupted = new AbortController();
/** Programs on this terminal, which get its Ctrl-C themselves: ssh ends before we do. */
let running = 0;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (interrupted.signal.aborted && running === 0) process.exit(INTERRUPTED);
    interrupted.abort();
  });
}
// Whoever reads has seen enough: `slipway ls | head -1`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const terminal: Terminal = {
  program: basename(process.argv[1] ?? 'slipway').replace(/\.(?:[cm]?js|ts|cmd|exe)$/i, ''),
  env: process.env,
  home: homedir(),
  platform: process.platform,
  live: process.stdout.isTTY === true,
  size() {
    const { columns, rows } = process.stdout;
    return columns > 0 && rows > 0 ? { columns, rows } : undefined;
  },
  interactive: process.stdin.isTTY === true,
  signal: interrupted.signal,
  fetch: (url, init) => fetch(url, init),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  async ask(question, secret = false) {
    process.stderr.write(question);
    // What readline echoes of a secret goes nowhere.
    const output = secret ? new Writable({ write: (_, __, done) => done() }) : process.stderr;
    const lines = createInterface({ input: process.stdin, output, terminal: secret && process.stdin.isTTY });
    const ended = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
    try {
      return await Promise.race([lines.question('', { signal: interrupted.signal }), ended]);
    } finally {
      lines.close();
      if (secret && process.stdin.isTTY) process.stderr.write('\n');
    }
  },
  async input() {
    const pieces: Buffer[] = [];
    for await (const piece of process.stdin) pieces.push(piece as Buffer);
    return Buffer.concat(pieces);
  },
  run(program, args, { quiet = false } = {}) {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { stdio: quiet ? 'ignore' : 'inherit' });
      running += 1;
      child.once('error', (error: NodeJS.ErrnoException) => {
        running -= 1;
        if (error.code === 'ENOENT') resolve(undefined);
        else reject(error);
      });
      child.once('exit', (code) => {
        running -= 1;
        resolve(code ?? 1);
      });
    });
  },
  now: () => Date.now(),
  async pause(milliseconds) {
    await sleep(milliseconds, undefined, { signal: interrupted.signal }).catch(() => undefined);
  },
};

process.exitCode = await run(process.argv.slice(2), terminal);
// A long poll that was left open would hold the process.
if (interrupted.signal.aborted) process.exit(INTERRUPTED);
