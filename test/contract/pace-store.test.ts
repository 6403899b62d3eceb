import { describe, expect, test } from 'vitest';
import type { Move, PaceStore } from '../../shared/adapters/aws/ec2/pace-store.ts';
import { DynamoPaceStore } from '../../shared/adapters/dynamo/dynamo-pace-store.ts';
import { START } from '../support/builders.ts';
import { emptyStore } from '../support/embedded-stores.ts';
import { MemoryPaceStore } from '../support/memory-pace-store.ts';

const api = 'RunInstances';
const move = (over: Partial<Move> = {}): Move => ({
  clock: START,
  step: 500,
  atMost: START + 900_000,
  isIdle: true,
  ...over,
});

/** What every PaceStore promises. */
function paceStoreContract(name: string, open: () => Promise<PaceStore>): void {
  describe(`the pace store contract, kept by ${name}`, () => {
    test('a pace that nobody used runs as time does; each API has its own', async () => {
      const store = await open();
      const [one, other] = await Promise.all([store.load(api), store.load(api)]);
      expect(one).toEqual(other);
      expect(one).toMatchObject({ at: 0, factor: 1, requests: { clock: 0, end: 0 } });
      await store.move(api, one.version, { requests: move(), instances: move() });
      expect(await store.load('StartInstances')).toEqual(one);
    });

    test('50 movers at once move it 50 steps, each to an end of its own', async () => {
      const store = await open();
      const { version } = await store.load(api);
      const first = await store.move(api, version, { requests: move(), instances: move({ step: 1500 }) });
      expect(first).toMatchObject({ requests: { end: START + 500 }, instances: { end: START + 1500 } });
      const busy = { requests: move({ isIdle: false }), instances: move({ isIdle: false, step: 1500 }) };
      const moved = await Promise.all(Array.from({ length: 50 }, () => store.move(api, version, busy)));
      const ends = moved.map((state) => state?.requests.end ?? 0).sort((a, b) => a - b);
      expect(ends).toEqual(Array.from({ length: 50 }, (_, index) => START + 500 * (index + 2)));
      expect((await store.load(api)).instances.end).toBe(START + 1500 * 51);
    });

    test('of two that find it idle at once one moves it; a wrong guess, a bound or another version moves neither line', async () => {
      const store = await open();
      const { version } = await store.load(api);
      const idle = { requests: move(), instances: move() };
      const both = await Promise.all([store.move(api, version, idle), store.move(api, version, idle)]);
      expect(both.filter((state) => state !== undefined)).toHaveLength(1);
      const before = await store.load(api);
      const busy = move({ isIdle: false });
      expect(await store.move(api, version, { requests: busy, instances: move() })).toBeUndefined();
      expect(
        await store.move(api, version, { requests: busy, instances: { ...busy, atMost: START } }),
      ).toBeUndefined();
      expect(await store.move(api, version + 1, { requests: busy, instances: busy })).toBeUndefined();
      expect(await store.load(api)).toEqual(before);
      expect(await store.move(api, version, { requests: busy })).toMatchObject({
        requests: { end: START + 1000 },
        instances: { end: START + 500 },
      });
    });

    test('clocks are set once for each version, and leave the ends where movers meanwhile put them', async () => {
      const store = await open();
      const state = await store.load(api);
      await store.move(api, state.version, { requests: move(), instances: move() });
      const set = { ...state, at: START, factor: 0.5, requests: { clock: 7, end: 0 } };
      const both = await Promise.all([
        store.setClocks(api, state.version, set),
        store.setClocks(api, state.version, set),
      ]);
      expect(both.sort()).toEqual([false, true]);
      const after = await store.load(api);
      expect(after).toMatchObject({ at: START, factor: 0.5, requests: { clock: 7, end: START + 500 } });
      expect(after.version).not.toBe(state.version);
    });

    test('a reservation is one lab’s for one API, and is used once, by whoever knows its newest promise', async () => {
      const store = await open();
      const place = { requests: START, instances: START - 5 };
      const reservation = { place, units: 3, promisedAt: START };
      await store.reserve('a', api, reservation);
      expect(await store.reservation('a', api)).toEqual(reservation);
      expect(await store.reservation('b', api)).toBeUndefined();
      expect(await store.reservation('a', 'StartInstances')).toBeUndefined();
      const later = { ...reservation, promisedAt: START + 1 };
      await store.reserve('a', api, later);
      expect(await store.use('a', api, reservation)).toBe(false);
      const uses = await Promise.all(Array.from({ length: 10 }, () => store.use('a', api, later)));
      expect(uses.filter(Boolean)).toHaveLength(1);
      expect(await store.reservation('a', api)).toBeUndefined();
    });
  });
}

paceStoreContract('DynamoDB', () => emptyStore(DynamoPaceStore));
paceStoreContract('memory', async () => new MemoryPaceStore());
