import { DynamoClassStore } from '../../shared/adapters/dynamo/dynamo-class-store.ts';
import { emptyStore } from '../support/embedded-stores.ts';
import { MemoryClassStore } from '../support/memory-class-store.ts';
import { miserly } from '../support/miserly-transport.ts';
import { classRecordsContract } from './class-records-contract.ts';
import { classStoreContract } from './class-store-contract.ts';

for (const contract of [classStoreContract, classRecordsContract]) {
  contract('DynamoDB', () => emptyStore(DynamoClassStore));
  contract('DynamoDB that hands out little at a time', () => emptyStore(DynamoClassStore, miserly));
  contract('memory', async () => new MemoryClassStore());
}
