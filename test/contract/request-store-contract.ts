import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { RememberedRequest, RequestStore } from '../../shared/ports/store.ts';
import { START } from '../support/builders.ts';

const DAY = 86_400_000;

function aRequest(overrides: Partial<RememberedRequest> = {}): RememberedRequest {
  return {
    subject: 'ana',
    key: 'k',
    digest: 'd',
    labId: 'lab-1',
    at: START,
    forgetAt: START + DAY,
    ...overrides,
  };
}

/** What every RequestStore does. @param open gives an empty store. */
export function requestStoreContract(name: string, open: () => Promise<RequestStore>): void {
  describe(`${name}, a RequestStore`, () => {
    let store: RequestStore;
    beforeEach(async () => {
      store = await open();
    });

    test('keeps the first request under a key and answers every later one with it', async () => {
      const first = aRequest();
      expect(await store.remember(first)).toEqual({ kept: first, fresh: true });
      const later = aRequest({ labId: 'lab-2', digest: 'other', at: START + 5 });
      expect(await store.remember(later)).toEqual({ kept: first, fresh: false });
    });

    test('of several under one key at once, exactly one is fresh and all are told its lab', async () => {
      const answers = await Promise.all(
        ['1', '2', '3', '4'].map((labId) => store.remember(aRequest({ labId }))),
      );
      expect(answers.filter(({ fresh }) => fresh)).toHaveLength(1);
      expect(new Set(answers.map(({ kept }) => kept.labId)).size).toBe(1);
    });

    test('the same key of another subject, and another key of the same, are other requests', async () => {
      await store.remember(aRequest());
      const others = [
        aRequest({ subject: 'bea' }),
        aRequest({ key: 'K' }),
        aRequest({ key: 'k'.repeat(4_000) }),
      ];
      for (const other of others) {
        expect(await store.remember({ ...other, labId: 'lab-2' })).toMatchObject({ fresh: true });
      }
    });

    test('a request past its time is forgotten: the next under its key is fresh', async () => {
      await store.remember(aRequest());
      const early = aRequest({ labId: 'lab-2', at: START + DAY - 1, forgetAt: START + 2 * DAY });
      expect(await store.remember(early)).toMatchObject({ fresh: false });
      const late = { ...early, at: START + DAY };
      expect(await store.remember(late)).toEqual({ kept: late, fresh: true });
    });

    test('a forgotten request may be tried again; forgetting what is not there is done', async () => {
      await store.remember(aRequest());
      await store.forget('ana', 'k');
      await store.forget('ana', 'k');
      expect(await store.remember(aRequest({ labId: 'lab-2' }))).toMatchObject({ fresh: true });
    });

    test('a slot is taken once per lab and until the limit, and shows who has it since when', async () => {
      expect(await store.takeSlot('ana', 'lab-1', 2, START)).toBe(true);
      expect(await store.takeSlot('ana', 'lab-1', 2, START + 9)).toBe(true);
      expect(await store.takeSlot('ana', 'lab-2', 2, START + 1)).toBe(true);
      expect(await store.takeSlot('ana', 'lab-3', 2, START)).toBe(false);
      expect(await store.takeSlot('an', 'lab-4', 1, START)).toBe(true);
      expect(await store.slots('ana')).toEqual([
        { labId: 'lab-1', takenAt: START },
        { labId: 'lab-2', takenAt: START + 1 },
      ]);
    });

    test('a freed slot can be taken; freeing is repeatable and frees nobody else’s', async () => {
      await store.takeSlot('ana', 'lab-1', 1, START);
      await store.freeSlot('ana', 'lab-2');
      expect(await store.takeSlot('ana', 'lab-2', 1, START)).toBe(false);
      await store.freeSlot('ana', 'lab-1');
      await store.freeSlot('ana', 'lab-1');
      expect(await store.takeSlot('ana', 'lab-2', 1, START)).toBe(true);
      expect((await store.slots('ana')).map(({ labId }) => labId)).toEqual(['lab-2']);
    });

    test('of two labs that take the last slot at once, one gets it', async () => {
      await store.takeSlot('ana', 'lab-0', 2, START);
      const taken = await Promise.all(['lab-1', 'lab-2'].map((lab) => store.takeSlot('ana', lab, 2, START)));
      expect(taken.sort()).toEqual([false, true]);
    });

    test('one lab that takes its slot several times at once holds one', async () => {
      const taken = await Promise.all([1, 2, 3].map(() => store.takeSlot('ana', 'lab-1', 3, START)));
      expect(taken).toEqual([true, true, true]);
      expect(await store.slots('ana')).toHaveLength(1);
    });

    test('a limit that was lowered below what is taken gives no slot until enough are free', async () => {
      for (const lab of ['lab-1', 'lab-2', 'lab-3']) await store.takeSlot('ana', lab, 3, START);
      await store.freeSlot('ana', 'lab-1');
      expect(await store.takeSlot('ana', 'lab-4', 2, START)).toBe(false);
      await store.freeSlot('ana', 'lab-2');
      expect(await store.takeSlot('ana', 'lab-4', 2, START)).toBe(true);
    });

    test('whatever is taken and freed at once, an owner never holds more slots than the limit', async () => {
      const lab = fc.integer({ min: 0, max: 5 }).map((number) => `lab-${number}`);
      const call = fc.record({ verb: fc.constantFrom('take', 'take', 'free'), lab });
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(call, { minLength: 1, maxLength: 5 }), { maxLength: 8 }),
          fc.integer({ min: 1, max: 3 }),
          async (waves, limit) => {
            const fresh = await open();
            for (const wave of waves) {
              await Promise.all(
                wave.map(async (asked) => {
                  if (asked.verb === 'take') await fresh.takeSlot('ana', asked.lab, limit, START);
                  else await fresh.freeSlot('ana', asked.lab);
                }),
              );
              const holders = (await fresh.slots('ana')).map(({ labId }) => labId);
              expect(holders.length).toBeLessThanOrEqual(limit);
              expect(new Set(holders).size).toBe(holders.length);
            }
          },
        ),
        { numRuns: 15 },
      );
    });
  });
}
