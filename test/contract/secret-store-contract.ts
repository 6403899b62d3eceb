import { beforeEach, describe, expect, test } from 'vitest';
import type { SecretStore } from '../../shared/ports/store.ts';

/** What every SecretStore does. @param open gives an empty store. */
export function secretStoreContract(name: string, open: () => Promise<SecretStore>): void {
  describe(`${name}, a SecretStore`, () => {
    let store: SecretStore;
    beforeEach(async () => {
      store = await open();
    });

    test('keeps the first secret ever put, and tells every later one which it was', async () => {
      expect(await store.putIfAbsent('a', 'ca', 'first')).toBe('first');
      expect(await store.putIfAbsent('a', 'ca', 'second')).toBe('first');
      expect(await store.get('a', 'ca')).toBe('first');
    });

    test('of several that put at once, all are told the same one', async () => {
      const kept = await Promise.all(
        ['1', '2', '3', '4'].map((sealed) => store.putIfAbsent('a', 'ssh', sealed)),
      );
      expect(new Set(kept).size).toBe(1);
      expect(await store.get('a', 'ssh')).toBe(kept[0]);
    });

    test('secrets of another scope or purpose are others', async () => {
      await store.putIfAbsent('a', 'ca', 'ca of a');
      expect(await store.get('a', 'ssh')).toBeUndefined();
      expect(await store.get('ab', 'ca')).toBeUndefined();
    });

    test('is replaced where it is still what was read, and of several at once one is', async () => {
      expect(await store.replace('a', 'signing', 'none', 'new')).toBe(false);
      expect(await store.get('a', 'signing')).toBeUndefined();
      await store.putIfAbsent('a', 'signing', 'first');
      const outcomes = await Promise.all(
        ['1', '2', '3'].map((sealed) => store.replace('a', 'signing', 'first', sealed)),
      );
      expect(outcomes.filter((isMine) => isMine)).toHaveLength(1);
      expect(await store.get('a', 'signing')).toBe(String(outcomes.indexOf(true) + 1));
      expect(await store.replace('a', 'signing', 'first', 'late')).toBe(false);
    });

    test('removing a scope forgets all of it and nothing else; again is done', async () => {
      await store.putIfAbsent('a', 'ca', '1');
      await store.putIfAbsent('a', 'enrolment', '2');
      await store.putIfAbsent('ab', 'ca', '3');
      await store.remove('a');
      await store.remove('a');
      expect(await store.get('a', 'ca')).toBeUndefined();
      expect(await store.get('a', 'enrolment')).toBeUndefined();
      expect(await store.get('ab', 'ca')).toBe('3');
    });
  });
}
