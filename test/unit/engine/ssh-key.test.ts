import { describe, expect, test } from 'vitest';
import { createSshKey } from '../../../shared/engine/ssh-key.ts';
import { runIn, withFiles } from '../../support/openssl.ts';

describe('a lab’s SSH key', () => {
  test('is one that ssh-keygen reads, and its public half is the one it derives', async () => {
    const { privateKey, publicKey } = await createSshKey('slipway-lab');
    await withFiles({ id: privateKey, 'id.pub': `${publicKey}\n` }, async (folder) => {
      const derived = await runIn(folder, 'ssh-keygen', ['-y', '-f', 'id']);
      expect(derived).toMatchObject({ ok: true });
      const [type, blob] = derived.words.trim().split(' ');
      expect(publicKey).toBe(`${type} ${blob} slipway-lab`);
      const shown = await runIn(folder, 'ssh-keygen', ['-l', '-f', 'id.pub']);
      expect(shown.words).toMatch(/^256 SHA256:\S+ slipway-lab \(ECDSA\)\n$/);
    });
  });

  test('stays one line of authorized_keys whatever its comment holds', async () => {
    const { publicKey } = await createSshKey('a\nssh-rsa AAAA evil\u2028\u0000');
    expect(publicKey).toMatch(/^ecdsa-sha2-nistp256 [A-Za-z0-9+/]+={0,2} assh-rsa AAAA evil$/);
  });

  test('is another every time', async () => {
    const [one, two] = [await createSshKey(''), await createSshKey('')];
    expect(one.publicKey).not.toBe(two.publicKey);
    expect(one.publicKey).not.toMatch(/\s$/);
  });
});
