import { beforeEach, describe, expect, test } from 'vitest';
import type { StackStore } from '../../shared/ports/store.ts';

/** What every StackStore does. @param open gives an empty store. */
export function stackStoreContract(name: string, open: () => Promise<StackStore>): void {
  describe(`${name}, a StackStore`, () => {
    let store: StackStore;
    beforeEach(async () => {
      store = await open();
    });

    test('gives back byte for byte what was put, the largest that is taken too', async () => {
      const sealed = Uint8Array.from({ length: 380_000 }, (_, index) => (index * 7) % 256);
      await store.put('a', 'one', sealed);
      const found = await store.get('a', 'one');
      expect(Buffer.from(found ?? []).equals(Buffer.from(sealed))).toBe(true);
    });

    test('refuses what no item can hold', async () => {
      await expect(store.put('a', 'one', new Uint8Array(380_001))).rejects.toMatchObject({
        code: 'too_large',
      });
      expect(await store.get('a', 'one')).toBeUndefined();
    });

    test('those of another lab or id are others', async () => {
      await store.put('a', 'one', Uint8Array.of(1));
      expect(await store.get('a', 'two')).toBeUndefined();
      expect(await store.get('b', 'one')).toBeUndefined();
    });

    test('removing one leaves the others; again is done', async () => {
      await store.put('a', 'one', Uint8Array.of(1));
      await store.put('a', 'two', Uint8Array.of(2));
      await store.remove('a', 'one');
      await store.remove('a', 'one');
      expect(await store.get('a', 'one')).toBeUndefined();
      expect(Buffer.from((await store.get('a', 'two')) ?? [])).toEqual(Buffer.of(2));
    });
  });
}
