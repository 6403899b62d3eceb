import { createPrivateKey, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  ensureLabSecrets,
  labAuthority,
  labSshKey,
  machineToken,
  type SecretDeps,
  verifyMachineToken,
} from '../../../shared/engine/lab-secrets.ts';
import { START } from '../../support/builders.ts';
import { MemorySealer } from '../../support/memory-sealer.ts';
import { MemorySecretStore } from '../../support/memory-secret-store.ts';

let secrets: MemorySecretStore;
let deps: SecretDeps;
beforeEach(() => {
  secrets = new MemorySecretStore();
  deps = { secrets, sealer: new MemorySealer() };
});

describe('a lab’s secrets', () => {
  test('are made once, and stay as they were made', async () => {
    await ensureLabSecrets(deps, 'a', START);
    const before = [
      await labAuthority(deps, 'a'),
      await labSshKey(deps, 'a'),
      await machineToken(deps, 'a', 'm', 1),
    ];
    await ensureLabSecrets(deps, 'a', START + 1);
    const after = [
      await labAuthority(deps, 'a'),
      await labSshKey(deps, 'a'),
      await machineToken(deps, 'a', 'm', 1),
    ];
    expect(after).toEqual(before);
  });

  test('are the same for two that make them at once', async () => {
    await Promise.all([ensureLabSecrets(deps, 'a', START), ensureLabSecrets(deps, 'a', START)]);
    const { cert, key } = await labAuthority(deps, 'a');
    expect(new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))).toBe(true);
  });

  test('are completed where a crash left some of them', async () => {
    await ensureLabSecrets(deps, 'a', START);
    const ca = await labAuthority(deps, 'a');
    const torn = new MemorySecretStore();
    await torn.putIfAbsent('a', 'ca', (await secrets.get('a', 'ca')) ?? '');
    await ensureLabSecrets({ ...deps, secrets: torn }, 'a', START);
    expect((await labSshKey({ ...deps, secrets: torn }, 'a')).publicKey).toMatch(/^ecdsa-sha2-nistp256 /);
    expect(await labAuthority({ ...deps, secrets: torn }, 'a')).toEqual(ca);
  });

  test('are stored sealed, each for its own lab and purpose', async () => {
    await ensureLabSecrets(deps, 'a', START);
    for (const purpose of ['ca', 'ssh', 'enrolment'] as const)
      expect(await secrets.get('a', purpose)).toMatch(new RegExp(`^sealed for a/${purpose}:`));
    await secrets.putIfAbsent('b', 'ca', (await secrets.get('a', 'ca')) ?? '');
    await expect(labAuthority(deps, 'b')).rejects.toThrow('another context');
  });

  test('are not found before they are made and once the lab is forgotten', async () => {
    const all = () =>
      Promise.allSettled([labAuthority(deps, 'a'), labSshKey(deps, 'a'), machineToken(deps, 'a', 'm', 1)]);
    const gone = Array(3).fill({
      status: 'rejected',
      reason: expect.objectContaining({ code: 'not_found' }),
    });
    expect(await all()).toEqual(gone);
    await ensureLabSecrets(deps, 'a', START);
    const token = await machineToken(deps, 'a', 'm', 1);
    await secrets.remove('a');
    expect(await all()).toEqual(gone);
    expect(await verifyMachineToken(deps, { labId: 'a', machine: 'm', attempt: 1 }, token)).toBe(false);
  });
});

describe('a machine’s token', () => {
  beforeEach(async () => {
    await ensureLabSecrets(deps, 'a', START);
    await ensureLabSecrets(deps, 'b', START);
  });

  test('is the same whenever it is asked for, 256 bits in characters that need no quoting', async () => {
    const token = await machineToken(deps, 'a', 'LINUXtips-01', 1);
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await machineToken(deps, 'a', 'LINUXtips-01', 1)).toBe(token);
    const holder = { labId: 'a', machine: 'LINUXtips-01', attempt: 1 };
    expect(await verifyMachineToken(deps, holder, token)).toBe(true);
  });

  test('is no other machine’s, attempt’s or lab’s', async () => {
    const holders = fc.record({
      labId: fc.constantFrom('a', 'b'),
      machine: fc.constantFrom('m1', 'm11', 'm', 'm1-1'),
      attempt: fc.integer({ min: 1, max: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(holders, holders, async (mine, theirs) => {
        const token = await machineToken(deps, mine.labId, mine.machine, mine.attempt);
        const same = JSON.stringify(mine) === JSON.stringify(theirs);
        expect(await verifyMachineToken(deps, theirs, token)).toBe(same);
      }),
    );
  });

  test('is not guessed by part of it, by more than it, or by anything else', async () => {
    const holder = { labId: 'a', machine: 'm1', attempt: 1 };
    const token = await machineToken(deps, 'a', 'm1', 1);
    const wrong = [
      '',
      token.slice(1),
      `${token}=`,
      `${token} `,
      token.toUpperCase(),
      'é'.repeat(43),
      'x'.repeat(43),
    ];
    for (const one of wrong) expect(await verifyMachineToken(deps, holder, one), one).toBe(false);
  });
});
