import { X509Certificate } from 'node:crypto';
import { extract } from 'tar-stream';
import { beforeEach, describe, expect, test } from 'vitest';
import { ensureLabSecrets, labAuthority, labSshKey } from '../../../shared/engine/lab-secrets.ts';
import { certificateTar, issueClientCertificate } from '../../../shared/service/certificates.ts';
import { readSshKey } from '../../../shared/service/ssh-key.ts';
import { aLab, START } from '../../support/builders.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { MemorySealer } from '../../support/memory-sealer.ts';
import { MemorySecretStore } from '../../support/memory-secret-store.ts';
import { runIn, verifyCertificate, withFiles } from '../../support/openssl.ts';

const lab = aLab();
const deps = { secrets: new MemorySecretStore(), sealer: new MemorySealer(), clock: new ManualClock(START) };

beforeEach(async () => {
  deps.secrets = new MemorySecretStore();
  await ensureLabSecrets(deps, lab.id, START);
});

describe('a student’s certificate', () => {
  test('opens their lab until its hard maximum, so that an extension breaks no shell', async () => {
    const issued = await issueClientCertificate(deps, lab, 'ana@example.org');
    expect(issued.expiresAt).toBe(lab.hardMaximum);
    expect(issued.ca).toBe((await labAuthority(deps, lab.id)).cert);
    expect(new X509Certificate(issued.cert).subject).toBe('CN=ana@example.org');
    const at = Date.parse(lab.hardMaximum) - 1000;
    expect(await verifyCertificate({ ...issued, purpose: 'sslclient', at })).toMatchObject({ ok: true });
  });

  test('is another each time it is asked for', async () => {
    const one = await issueClientCertificate(deps, lab, 'ana');
    const two = await issueClientCertificate(deps, lab, 'ana');
    expect(one.key).not.toBe(two.key);
  });

  test('comes as the three files docker wants, the key for its owner alone', async () => {
    const issued = await issueClientCertificate(deps, lab, 'ana');
    const files = new Map<string, { mode: number | undefined; mtime: Date | undefined; text: string }>();
    const reader = extract();
    reader.end(await certificateTar(issued, START));
    for await (const entry of reader) {
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      const { name, mode, mtime } = entry.header;
      files.set(name, { mode, mtime, text: Buffer.concat(chunks).toString() });
    }
    const mtime = new Date(START);
    expect(Object.fromEntries(files)).toEqual({
      'ca.pem': { mode: 0o644, mtime, text: issued.ca },
      'cert.pem': { mode: 0o644, mtime, text: issued.cert },
      'key.pem': { mode: 0o600, mtime, text: issued.key },
    });
  });
});

describe('a lab’s SSH key', () => {
  test('is the private half of the one its hosts let in', async () => {
    const privateKey = await readSshKey(deps, lab);
    const { words } = await withFiles({ id: privateKey }, (folder) =>
      runIn(folder, 'ssh-keygen', ['-y', '-f', 'id']),
    );
    expect((await labSshKey(deps, lab.id)).publicKey.startsWith(words.trim())).toBe(true);
  });
});

describe('keys', () => {
  test('are not ready in a lab that was only just asked for: try again', async () => {
    const young = aLab({ id: 'young' });
    const notYet = { code: 'conflict', retryable: true };
    await expect(issueClientCertificate(deps, young, 'ana')).rejects.toMatchObject(notYet);
    await expect(readSshKey(deps, young)).rejects.toMatchObject(notYet);
  });

  test.each([
    ['deleted', aLab({ spec: { deleted: true } })],
    ['expired', aLab({ spec: { expiresAt: '2026-03-02T11:00:00.000Z' } })],
    ['gone', aLab({ status: { deletedAt: '2026-03-02T11:00:00.000Z' } })],
  ])('are given out no more once the lab is %s', async (_what, down) => {
    const over = { code: 'conflict', retryable: false };
    await expect(issueClientCertificate(deps, down, 'ana')).rejects.toMatchObject(over);
    await expect(readSshKey(deps, down)).rejects.toMatchObject(over);
  });

  test('that cannot be read say so, in the store’s own words', async () => {
    deps.secrets.faults.failNext('get');
    await expect(readSshKey(deps, lab)).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});
