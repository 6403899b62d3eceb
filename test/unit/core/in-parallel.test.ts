import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inParallel } from '../../../shared/core/in-parallel.ts';

test('gives the results in the items’ order, and never does more at once than told', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.nat(20)),
    fc.integer({ min: 1, max: 5 }),
    async (items, most) => {
      let running = 0;
      const results = await inParallel(items, most, async (item, index) => {
        running += 1;
        expect(running).toBeLessThanOrEqual(most);
        for (let turn = 0; turn < item; turn += 1) await undefined;
        running -= 1;
        return `${index}:${item}`;
      });
      expect(results).toEqual(items.map((item, index) => `${index}:${item}`));
    },
  );
  await fc.assert(property);
});

test('throws the first failure once what had begun is over, and begins nothing more', async () => {
  const begun: number[] = [];
  const over: number[] = [];
  const all = inParallel([0, 1, 2, 3, 4], 2, async (item) => {
    begun.push(item);
    await undefined;
    if (item === 0) throw new Error('no');
    await undefined;
    over.push(item);
  });
  await expect(all).rejects.toThrow('no');
  expect([begun, over]).toEqual([[0, 1], [1]]);
});
