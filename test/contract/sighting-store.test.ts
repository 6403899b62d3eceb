import { describe, expect, test } from 'vitest';
import type { LabInstance } from '../../shared/adapters/aws/ec2/instances.ts';
import type { Sighting, SightingStore } from '../../shared/adapters/aws/ec2/sighting-store.ts';
import { DynamoLabStore } from '../../shared/adapters/dynamo/dynamo-lab-store.ts';
import { DynamoSightingStore } from '../../shared/adapters/dynamo/dynamo-sighting-store.ts';
import { START } from '../support/builders.ts';
import { emptyStore, openEmbedded } from '../support/embedded-stores.ts';
import { MemorySightingStore } from '../support/memory-sighting-store.ts';

const instance = (over: Partial<LabInstance> = {}): LabInstance => ({
  id: 'i-1',
  labId: 'a',
  name: 'm1',
  attempt: 1,
  launch: 'digest',
  state: 'running',
  type: 't3.small',
  market: 'on-demand',
  privateAddress: '10.0.0.4',
  ...over,
});
const sighting = (over: Partial<Sighting> = {}): Sighting => ({
  version: 1,
  instances: [instance(), instance({ id: 'i-2', name: 'm2', address: '198.18.0.1', state: 'stopped' })],
  toldAt: START,
  lookAt: START + 1,
  launchedAt: START,
  movedAt: START,
  isDoubtful: false,
  ...over,
});

/** What every SightingStore promises. */
function sightingStoreContract(name: string, open: () => Promise<SightingStore>): void {
  describe(`the sighting store contract, kept by ${name}`, () => {
    test('what is kept is told as it was, and nothing is told of a lab that nothing is kept of', async () => {
      const store = await open();
      expect(await store.load('a')).toBeUndefined();
      expect(await store.save('a', sighting())).toBe(true);
      expect(await store.load('a')).toEqual(sighting());
      expect(await store.load('b')).toBeUndefined();
    });

    test('of many who write after the same version one does', async () => {
      const store = await open();
      for (const version of [1, 2]) {
        const written = await Promise.all(
          Array.from({ length: 10 }, (_, index) =>
            store.save('a', sighting({ version, toldAt: START + index })),
          ),
        );
        expect(written.filter(Boolean)).toHaveLength(1);
      }
      expect(await store.save('a', sighting({ version: 4 }))).toBe(false);
      expect((await store.load('a'))?.version).toBe(2);
    });

    test('a lab’s group is kept until it is forgotten', async () => {
      const store = await open();
      expect(await store.groupOf('a')).toBeUndefined();
      await store.keepGroup('a', 'sg-1');
      await store.keepGroup('a', 'sg-2');
      expect([await store.groupOf('a'), await store.groupOf('b')]).toEqual(['sg-2', undefined]);
      await store.forgetGroup('a');
      await store.forgetGroup('a');
      expect(await store.groupOf('a')).toBeUndefined();
    });

    test('whose an instance is is told by its id, also after it was noted as gone', async () => {
      const store = await open();
      await store.claimInstances('a', ['i-1', 'i-2']);
      await store.claimInstances('b', []);
      await store.claimInstances('a', ['i-1'], START + 86_400_000);
      expect(await Promise.all(['i-1', 'i-2', 'i-3'].map((id) => store.labOfInstance(id)))).toEqual([
        'a',
        'a',
        undefined,
      ]);
    });
  });
}

sightingStoreContract('DynamoDB', () => emptyStore(DynamoSightingStore));
sightingStoreContract('memory', async () => new MemorySightingStore());

test('what is kept of a lab’s machines goes with its record', async () => {
  const { client, table, close } = await openEmbedded();
  const store = new DynamoSightingStore(client, table);
  await store.save('a', sighting());
  await store.keepGroup('a', 'sg-1');
  await new DynamoLabStore(client, table).purge('a');
  expect([await store.load('a'), await store.groupOf('a')]).toEqual([undefined, undefined]);
  await close();
});
