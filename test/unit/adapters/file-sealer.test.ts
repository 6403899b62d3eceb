import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileSealer } from '../../../shared/adapters/local/file-sealer.ts';

const CA = { scope: 'lab-1', purpose: 'ca' } as const;

describe('the key file', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-sealer-'));
    path = join(folder, 'data', 'key');
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  test('is made where it is absent: 32 bytes that only its owner may read, and nothing beside it', async () => {
    await FileSealer.open(path);
    const file = await stat(path);
    expect({ mode: file.mode & 0o777, size: file.size }).toEqual({ mode: 0o600, size: 32 });
    expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(folder, 'data'))).toEqual(['key']);
  });

  test('is the same after a restart, so that what was sealed before opens', async () => {
    const sealed = await (await FileSealer.open(path)).seal('secret', CA);
    expect(await (await FileSealer.open(path)).open(sealed, CA)).toBe('secret');
  });

  test('is one and the same for all who make it at once', async () => {
    const sealers = await Promise.all(Array.from({ length: 8 }, () => FileSealer.open(path)));
    const sealed = await Promise.all(sealers.map((sealer) => sealer.seal('secret', CA)));
    const [first] = sealers;
    const opened = await Promise.all(sealed.map((text) => first?.open(text, CA)));
    expect(new Set(opened)).toEqual(new Set(['secret']));
    expect(await readdir(join(folder, 'data'))).toEqual(['key']);
  });

  test.each([0o640, 0o604, 0o660, 0o644])('is refused with mode %o, with the cure', async (mode) => {
    await FileSealer.open(path);
    await chmod(path, mode);
    await expect(FileSealer.open(path)).rejects.toThrow(`chmod 600 ${path}`);
  });

  test('is refused where it holds no key, or is a link', async () => {
    await FileSealer.open(path);
    const other = join(folder, 'short');
    await writeFile(other, 'short', { mode: 0o600 });
    await expect(FileSealer.open(other)).rejects.toThrow(/5 bytes, not 32/);
    await symlink(path, join(folder, 'link'));
    await expect(FileSealer.open(join(folder, 'link'))).rejects.toThrow(/not a regular file/);
  });

  test('another key opens nothing, and the error says which file it wants and no secret', async () => {
    const sealed = await (await FileSealer.open(path)).seal('secret', CA);
    const other = join(folder, 'other');
    const refusal = await (await FileSealer.open(other)).open(sealed, CA).catch((error: Error) => error);
    expect(refusal).toMatchObject({ code: 'internal', message: expect.stringContaining(other) });
    expect(String(refusal)).not.toContain((await readFile(other)).toString('base64url'));
  });

  test('what was changed in any place, or never sealed, does not open', async () => {
    const sealer = await FileSealer.open(path);
    const sealed = await sealer.seal('secret', CA);
    const bytes = Buffer.from(sealed.split('.')[1] ?? '', 'base64url');
    for (let place = 0; place < bytes.length; place += 1) {
      const changed = Buffer.from(bytes);
      changed[place] = (changed[place] ?? 0) ^ 1;
      await expect(sealer.open(`v1.${changed.toString('base64url')}`, CA)).rejects.toThrow(
        /cannot be opened/,
      );
    }
    for (const never of ['', 'v1.', 'v2.AAAA', sealed.replace('v1', 'v2'), sealed.slice(0, -8)]) {
      await expect(sealer.open(never, CA)).rejects.toThrow(/cannot be opened/);
    }
  });

  test('sealing the same twice gives two texts', async () => {
    const sealer = await FileSealer.open(path);
    expect(await sealer.seal('secret', CA)).not.toBe(await sealer.seal('secret', CA));
  });
});
