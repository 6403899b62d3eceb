import { expect, test } from 'vitest';
import { DynamoLabStore } from '../../shared/adapters/dynamo/dynamo-lab-store.ts';
import { DynamoStackStore } from '../../shared/adapters/dynamo/dynamo-stack-store.ts';
import { aLab } from '../support/builders.ts';
import { emptyStore, openEmbedded } from '../support/embedded-stores.ts';
import { MemoryStackStore } from '../support/memory-stack-store.ts';
import { stackStoreContract } from './stack-store-contract.ts';

stackStoreContract('DynamoDB', () => emptyStore(DynamoStackStore));
stackStoreContract('memory', async () => new MemoryStackStore());

test('a lab that is forgotten takes its stacks’ sources along, and none is read with the lab', async () => {
  const { client, table, close } = await openEmbedded();
  const labs = new DynamoLabStore(client, table);
  const stacks = new DynamoStackStore(client, table);
  const lab = aLab();
  await labs.create(lab);
  await stacks.put(lab.id, 'one', Uint8Array.of(1));
  expect((await labs.load(lab.id))?.enrolments).toEqual([]);
  await labs.purge(lab.id);
  expect(await stacks.get(lab.id, 'one')).toBeUndefined();
  await close();
});
