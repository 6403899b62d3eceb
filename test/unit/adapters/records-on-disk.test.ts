import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DynamoLabStore } from '../../../shared/adapters/dynamo/dynamo-lab-store.ts';
import { DynamoSecretStore } from '../../../shared/adapters/dynamo/dynamo-secret-store.ts';
import { isSlipwayError } from '../../../shared/core/errors.ts';
import { aLab, START } from '../../support/builders.ts';
import { openEmbedded } from '../../support/embedded-stores.ts';

/** What a fault's mounts need; in a test run without it those tests are shown as skipped. */
function mayMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}

const unavailable = (path: string, reason: RegExp) => (error: unknown) =>
  isSlipwayError(error, 'store_unavailable') &&
  error.retryable &&
  error.message.includes(path) &&
  reason.test(error.message) &&
  /no restart is needed/.test(error.message);

async function eventually<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  const deadline = Date.now() + 5_000;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

describe('records on disk', () => {
  let folder: string;
  let path: string;
  /** Undone last first, whatever the test came to. */
  let undo: (() => unknown)[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-records-'));
    path = join(folder, 'records');
    undo = [() => rm(folder, { recursive: true, force: true })];
  });
  afterEach(async () => {
    for (const step of undo.reverse()) await step();
  });

  async function open() {
    const embedded = await openEmbedded({ path });
    undo.push(() => embedded.close());
    return {
      ...embedded,
      labs: new DynamoLabStore(embedded.client, embedded.table),
      secrets: new DynamoSecretStore(embedded.client, embedded.table),
    };
  }

  test('are there again after a clean stop, in a directory that only their owner may read', async () => {
    const first = await open();
    await first.labs.create(aLab({ id: 'a' }));
    await first.close();
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    const second = await open();
    expect((await second.labs.load('a'))?.lab).toEqual(aLab({ id: 'a' }));
  });

  test('survive their process being killed at any moment: all that was acknowledged, index and item alike', async () => {
    for (const round of ['one', 'two', 'three']) {
      const { child, acknowledged } = await startWriter(path, round);
      await eventually(async () => {
        if (acknowledged.size < 25) throw new Error(`only ${acknowledged.size} writes in 5 s`);
      });
      child.kill('SIGKILL');
      const [, signal] = await once(child, 'close');
      expect(signal).toBe('SIGKILL');

      const { labs, close } = await open();
      const due = new Map<string, number>();
      let cursor: string | undefined;
      do {
        const page = await labs.listDue({
          until: START + 1e9,
          limit: 50,
          ...(cursor === undefined ? {} : { cursor }),
        });
        for (const { labId, dueAt } of page.items) due.set(labId, dueAt);
        cursor = page.cursor;
      } while (cursor !== undefined);
      for (const [id, dueAt] of acknowledged) {
        expect((await labs.load(id))?.lab).toMatchObject({ id, dueAt, statusVersion: 1 });
      }
      // Also of the write that the kill cut short: what an index says is what its item says.
      for (const [id, dueAt] of due) expect((await labs.load(id))?.lab.dueAt).toBe(dueAt);
      expect([...due.keys()]).toEqual(expect.arrayContaining([...acknowledged.keys()]));
      await close();
    }
  }, 60_000);

  test('in use by another process are refused with the directory and the cure, and left unharmed', async () => {
    const { child, acknowledged } = await startWriter(path, 'other');
    await expect(openEmbedded({ path })).rejects.toSatisfy(
      (error) =>
        isSlipwayError(error, 'store_unavailable') &&
        !error.retryable &&
        error.message.includes(`${path} are in use by another process`) &&
        error.message.includes('SLIPWAY_DATA'),
    );
    const before = acknowledged.size;
    await eventually(async () => {
      if (acknowledged.size <= before) throw new Error('the other process no longer writes');
    });
    child.kill('SIGKILL');
    await once(child, 'close');
  }, 30_000);

  test('in a place that is no directory are refused with its name', async () => {
    await writeFile(path, 'a file');
    await expect(openEmbedded({ path })).rejects.toSatisfy(unavailable(path, /EEXIST|not a directory/i));
  });

  test.runIf(mayMount())(
    'remounted read-only refuse writes in words and go on being read; writable again, they are written, no restart',
    async () => {
      const { labs } = await open();
      const lab = aLab({ id: 'a' });
      await labs.create(lab);
      // Opened before it was mounted: the kernel refuses to remount what is open for writing.
      execFileSync('mount', ['--bind', path, path]);
      undo.push(() => execFileSync('umount', ['--lazy', path]));
      execFileSync('mount', ['-o', 'remount,ro,bind', path]);

      for (let attempt = 0; attempt < 3; attempt += 1) {
        await expect(labs.saveStatus(lab, lab.status, START + 1)).rejects.toSatisfy(
          unavailable(path, /EROFS/),
        );
      }
      expect((await labs.load('a'))?.lab).toEqual(lab);

      execFileSync('mount', ['-o', 'remount,rw,bind', path]);
      const saved = await labs.saveStatus(lab, lab.status, START + 1);
      expect((await labs.load('a'))?.lab).toEqual(saved);
    },
  );

  test.runIf(mayMount())(
    'found read-only at the start are refused with their directory and the cure',
    async () => {
      await (await open()).close();
      execFileSync('mount', ['--bind', path, path]);
      undo.push(() => execFileSync('umount', ['--lazy', path]));
      execFileSync('mount', ['-o', 'remount,ro,bind', path]);
      await expect(openEmbedded({ path })).rejects.toSatisfy(unavailable(path, /read-only/i));
    },
  );

  test.runIf(mayMount())(
    'on a full disk refuse writes and go on being read; with space again, they are written, and nothing that was ' +
      'acknowledged is lost',
    async () => {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder]);
      undo.push(() => execFileSync('umount', ['--lazy', folder]));
      const ballast = join(folder, 'ballast');
      await writeFile(ballast, Buffer.alloc(3 * 1024 * 1024));
      const { secrets, close } = await open();
      const sealed = 'x'.repeat(50_000);
      const kept: string[] = [];
      const refusal = await fill(async (scope) => {
        await secrets.putIfAbsent(scope, 'ca', sealed);
        kept.push(scope);
      });
      expect(refusal).toSatisfy(unavailable(path, /no space/i));
      await expect(secrets.putIfAbsent('again', 'ca', sealed)).rejects.toSatisfy(
        unavailable(path, /no space/i),
      );
      expect(await secrets.get('scope-0', 'ca')).toBe(sealed);

      await rm(ballast);
      await eventually(() => secrets.putIfAbsent('after', 'ca', 'small'));
      for (const scope of kept) expect(await secrets.get(scope, 'ca')).toBe(sealed);
      await close();

      const reopened = await open();
      for (const scope of kept) expect(await reopened.secrets.get(scope, 'ca')).toBe(sealed);
      expect(await reopened.secrets.get('after', 'ca')).toBe('small');
    },
  );

  test.runIf(mayMount())(
    'that cannot be opened again at first are tried again, reads too, until they can',
    async () => {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder]);
      undo.push(() => execFileSync('umount', ['--lazy', folder]));
      const ballast = join(folder, 'ballast');
      await writeFile(ballast, Buffer.alloc(3 * 1024 * 1024));
      const { secrets } = await open();
      await fill((scope) => secrets.putIfAbsent(scope, 'ca', 'x'.repeat(50_000)));
      const current = await readFile(join(path, 'CURRENT'));
      await rm(ballast);
      await writeFile(join(path, 'CURRENT'), 'MANIFEST-none\n');
      await eventually(async () => {
        await secrets.putIfAbsent('more', 'ca', 'small').then(
          () => expect.fail('it was written'),
          (error) => expect(String(error)).not.toMatch(/no space/i),
        );
      });
      await expect(secrets.get('scope-0', 'ca')).rejects.toSatisfy(unavailable(path, /./));
      await writeFile(join(path, 'CURRENT'), current);
      expect(await eventually(() => secrets.get('scope-0', 'ca'))).toHaveLength(50_000);
      await secrets.putIfAbsent('more', 'ca', 'small');
    },
  );
});

/** @returns what the first write that was refused threw. */
async function fill(write: (scope: string) => Promise<unknown>): Promise<unknown> {
  for (let number = 0; number < 500; number += 1) {
    try {
      await write(`scope-${number}`);
    } catch (error) {
      return error;
    }
  }
  throw new Error('25 MB fit on a disk of 6 MB');
}

async function startWriter(path: string, prefix: string) {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--import', 'tsx', 'test/support/record-writer.ts', path, prefix],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const acknowledged = new Map<string, number>();
  const opened = new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the writer ended before it had opened its records')));
    if (child.stdout === null) throw new Error('the writer has no output');
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [id = '', dueAt] = line.split(' ');
      if (dueAt !== undefined) acknowledged.set(id, Number(dueAt));
      resolve();
    });
  });
  await opened;
  return { child, acknowledged };
}
