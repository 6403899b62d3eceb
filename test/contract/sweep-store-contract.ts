import { describe, expect, test } from 'vitest';
import type { SweepStore } from '../../shared/ports/store.ts';

/** What every SweepStore does. @param open gives an empty store. */
export function sweepStoreContract(name: string, open: () => Promise<SweepStore>): void {
  describe(`${name}, a SweepStore`, () => {
    test('has no marks at first, and then those saved last, whatever they are called', async () => {
      const store = await open();
      expect(await store.marks()).toEqual({});
      await store.saveMarks({ 'lab-1/LINUXtips-01': 5, 'network:lab-2': 6 });
      await store.saveMarks({ 'network:lab-2': 6 });
      expect(await store.marks()).toEqual({ 'network:lab-2': 6 });
      await store.saveMarks({});
      expect(await store.marks()).toEqual({});
    });
  });
}
