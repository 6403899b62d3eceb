import { DynamoRequestStore } from '../../shared/adapters/dynamo/dynamo-request-store.ts';
import { emptyStore } from '../support/embedded-stores.ts';
import { MemoryRequestStore } from '../support/memory-request-store.ts';
import { miserly } from '../support/miserly-transport.ts';
import { requestStoreContract } from './request-store-contract.ts';

requestStoreContract('DynamoDB', () => emptyStore(DynamoRequestStore));
requestStoreContract('DynamoDB that hands out little at a time', () =>
  emptyStore(DynamoRequestStore, miserly),
);
requestStoreContract('memory', async () => new MemoryRequestStore());
