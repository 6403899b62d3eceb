import { DynamoLabStore } from '../../shared/adapters/dynamo/dynamo-lab-store.ts';
import { emptyStore } from '../support/embedded-stores.ts';
import { MemoryLabStore } from '../support/memory-lab-store.ts';
import { miserly } from '../support/miserly-transport.ts';
import { labStoreContract } from './lab-store-contract.ts';

labStoreContract('DynamoDB', () => emptyStore(DynamoLabStore));
labStoreContract('DynamoDB that hands out little at a time', () => emptyStore(DynamoLabStore, miserly));
labStoreContract('memory', async () => new MemoryLabStore());
