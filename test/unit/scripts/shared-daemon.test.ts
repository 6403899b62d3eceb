import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from '../../../scripts/ground-lock.ts';
import { identify } from '../../../scripts/process.ts';
import { hasLiveUser, leaseDaemon, type SharedDaemon } from '../../../scripts/shared-daemon.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-daemon-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function daemon(events: string[]): SharedDaemon {
  return {
    name: 'daemon',
    folder,
    say: () => {},
    ensure: async () => {
      events.push('ensure');
    },
    stop: async () => {
      events.push('stop');
    },
  };
}

async function deadPid(): Promise<number> {
  const child = spawn('true');
  await once(child, 'close');
  return child.pid ?? 0;
}

test('the last of several users stops it, whoever started it', async () => {
  const events: string[] = [];
  const first = await leaseDaemon(daemon(events));
  const second = await leaseDaemon(daemon(events));
  await first();
  expect(events).toEqual(['ensure', 'ensure']);
  await second();
  expect(events).toEqual(['ensure', 'ensure', 'stop']);
});

test('giving a lease back twice gives back one', async () => {
  const events: string[] = [];
  const first = await leaseDaemon(daemon(events));
  const second = await leaseDaemon(daemon(events));
  await first();
  await first();
  expect(events).not.toContain('stop');
  await second();
});

test('a user killed without a word does not keep it running', async () => {
  await writeFile(join(folder, `${await deadPid()}`), '');
  expect(await hasLiveUser(folder)).toBe(false);
  expect(await readdir(folder)).toEqual([]);
});

test('a process that got the pid of a dead user is not taken for it', async () => {
  await writeFile(join(folder, `${process.pid}`), `${process.pid} 1`);
  expect(await hasLiveUser(folder)).toBe(false);
});

test('a shell may hold a lease by an empty file', async () => {
  await writeFile(join(folder, `${process.pid}`), '');
  expect(await hasLiveUser(folder)).toBe(true);
});

test('work under one lock never overlaps', async () => {
  let inside = 0;
  let most = 0;
  const lock = { file: join(folder, 'lock'), deadlineSeconds: 10, say: () => {}, what: 'test' };
  await Promise.all(
    Array.from({ length: 4 }, () =>
      withLock(lock, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 20));
        inside -= 1;
      }),
    ),
  );
  expect(most).toBe(1);
});

test('a lock that is held too long is an error that names the file', async () => {
  const lock = { file: join(folder, 'lock'), deadlineSeconds: 1, say: () => {}, what: 'engine' };
  await withLock(lock, async () => {
    await expect(withLock(lock, async () => {})).rejects.toThrow(lock.file);
  });
});

test('a process is told from another of the same pid by when it began', async () => {
  expect(identify(process.pid)).toMatch(/^\d+ \d+$/);
  expect(identify(await deadPid())).toBeUndefined();
});
