import { DynamoSweepStore } from '../../shared/adapters/dynamo/dynamo-sweep-store.ts';
import { emptyStore } from '../support/embedded-stores.ts';
import { MemorySweepStore } from '../support/memory-sweep-store.ts';
import { sweepStoreContract } from './sweep-store-contract.ts';

sweepStoreContract('DynamoDB', () => emptyStore(DynamoSweepStore));
sweepStoreContract('memory', async () => new MemorySweepStore());
