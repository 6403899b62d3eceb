import { DynamoSecretStore } from '../../shared/adapters/dynamo/dynamo-secret-store.ts';
import { emptyStore } from '../support/embedded-stores.ts';
import { MemorySecretStore } from '../support/memory-secret-store.ts';
import { miserly } from '../support/miserly-transport.ts';
import { secretStoreContract } from './secret-store-contract.ts';

secretStoreContract('DynamoDB', () => emptyStore(DynamoSecretStore));
secretStoreContract('DynamoDB that hands out little at a time', () => emptyStore(DynamoSecretStore, miserly));
secretStoreContract('memory', async () => new MemorySecretStore());
