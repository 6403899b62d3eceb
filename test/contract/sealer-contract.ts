import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Sealer } from '../../shared/ports/store.ts';

const CA = { scope: 'lab-1', purpose: 'ca' } as const;

/** What every Sealer does. */
export function sealerContract(name: string, open: () => Promise<Sealer>): void {
  describe(`${name}, a Sealer`, () => {
    let sealer: Sealer;
    beforeEach(async () => {
      sealer = await open();
    });

    test('opens whatever it sealed, under the same context', async () => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (plain) => {
          expect(await sealer.open(await sealer.seal(plain, CA), CA)).toBe(plain);
        }),
        { numRuns: 50 },
      );
    });

    test('what is sealed does not show what it hides', async () => {
      expect(await sealer.seal('the private key', CA)).not.toContain('private key');
    });

    test.each([
      ['lab', { scope: 'lab-2', purpose: 'ca' }],
      ['purpose', { scope: 'lab-1', purpose: 'ssh' }],
    ] as const)('what was sealed for one %s does not open for another', async (_, other) => {
      const sealed = await sealer.seal('secret', CA);
      await expect(sealer.open(sealed, other)).rejects.toThrow();
    });
  });
}
