import { describe, expect, test } from 'vitest';
import type { AdmissionStore, Holding } from '../../shared/adapters/aws/ec2/admission-store.ts';
import { NO_USAGE } from '../../shared/adapters/aws/ec2/usage.ts';
import { DynamoAdmissionStore } from '../../shared/adapters/dynamo/dynamo-admission-store.ts';
import { START } from '../support/builders.ts';
import { emptyStore } from '../support/embedded-stores.ts';
import { MemoryAdmissionStore } from '../support/memory-admission-store.ts';

const six = { ...NO_USAGE, onDemandVcpus: 6 };
const holding = (over: Partial<Holding> = {}): Holding => ({
  version: 1,
  usage: six,
  changedAt: START,
  heldUntil: START + 1,
  ...over,
});

/** What every AdmissionStore promises. */
function admissionStoreContract(name: string, open: () => Promise<AdmissionStore>): void {
  describe(`the admission store contract, kept by ${name}`, () => {
    test('50 who count at once pass the bound together never, whatever else is bound', async () => {
      const store = await open();
      const counted = await Promise.all(
        Array.from({ length: 50 }, () => store.count(six, { onDemandVcpus: 94, securityGroups: 0 })),
      );
      expect(counted.filter(Boolean)).toHaveLength(16);
      expect(await store.used()).toEqual({ onDemandVcpus: 96, spotVcpus: 0, securityGroups: 0 });
      expect(await store.count({ ...NO_USAGE, securityGroups: 1 }, { securityGroups: 0 })).toBe(true);
      expect(await store.count({ ...NO_USAGE, securityGroups: 1 }, { securityGroups: 0 })).toBe(false);
    });

    test('where there is less than no room nobody gets any, and giving back needs none', async () => {
      const store = await open();
      expect(await store.used()).toEqual(NO_USAGE);
      expect(await store.count(six, { onDemandVcpus: -1 })).toBe(false);
      expect(await store.used()).toEqual(NO_USAGE);
      await store.count(six);
      expect(await store.count({ ...NO_USAGE, onDemandVcpus: -6 })).toBe(true);
      expect(await store.used()).toEqual(NO_USAGE);
    });

    test('what a lab holds is written by one of many at once, version after version', async () => {
      const store = await open();
      expect(await store.holding('a')).toBeUndefined();
      const first = await Promise.all(Array.from({ length: 10 }, () => store.save('a', holding())));
      expect(first.filter(Boolean)).toHaveLength(1);
      const second = holding({ version: 2, waitsSince: START });
      const next = await Promise.all(Array.from({ length: 10 }, () => store.save('a', second)));
      expect(next.filter(Boolean)).toHaveLength(1);
      expect(await store.holding('a')).toEqual(second);
      await store.save('b', holding());
      expect((await store.all()).map(({ labId, version }) => `${labId} ${version}`).sort()).toEqual([
        'a 2',
        'b 1',
      ]);
      expect(await store.remove('a', 1)).toBe(false);
      expect(await store.remove('a', 2)).toBe(true);
      expect(await store.holding('a')).toBeUndefined();
      expect(await store.save('a', holding())).toBe(true);
    });

    test('the line is told by how long each waits, and each stands in it once', async () => {
      const store = await open();
      for (const [labId, since] of [
        ['c', 3],
        ['a', 20],
        ['b', 3],
        ['d', 1000],
      ] as const) {
        await store.join({ labId, since, expectedBy: 1, needs: six });
      }
      await store.join({ labId: 'c', since: 3, expectedBy: 2, needs: six });
      expect((await store.line(3)).map(({ labId, expectedBy }) => `${labId} ${expectedBy}`)).toEqual([
        'b 1',
        'c 2',
        'a 1',
      ]);
      await store.leave({ labId: 'b', since: 3 });
      await store.leave({ labId: 'b', since: 3 });
      expect((await store.line(10)).map(({ labId }) => labId)).toEqual(['c', 'a', 'd']);
    });

    test('a drift is kept beside the count', async () => {
      const store = await open();
      expect(await store.lastDrift()).toEqual(NO_USAGE);
      await store.saveDrift(six);
      expect(await store.lastDrift()).toEqual(six);
      expect([await store.used(), await store.all()]).toEqual([NO_USAGE, []]);
    });
  });
}

admissionStoreContract('DynamoDB', () => emptyStore(DynamoAdmissionStore));
admissionStoreContract('memory', async () => new MemoryAdmissionStore());
