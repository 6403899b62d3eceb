import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SqsQueue } from '../../../../shared/adapters/aws/sqs-queue.ts';
import { DynamoLookStore } from '../../../../shared/adapters/dynamo/dynamo-look-store.ts';
import { START } from '../../../support/builders.ts';
import { openEmbedded } from '../../../support/embedded-stores.ts';
import { type FakeSqs, startFakeSqs } from '../../../support/fake-aws/fake-sqs.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

describe('the queue on SQS', () => {
  let clock: ManualClock;
  let sqs: FakeSqs;
  let queue: SqsQueue;
  let closeRecords: () => Promise<void>;

  const queueAt = (endpoint: string, looks: DynamoLookStore) =>
    new SqsQueue({
      sqs: new SQSClient({
        region: 'eu-west-1',
        endpoint,
        credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
        maxAttempts: 1,
      }),
      queueUrl: sqs.queueUrl,
      looks,
      clock,
    });
  const delays = () => sqs.messages().map(({ visibleAt }) => (visibleAt - clock.now()) / 1000);

  beforeEach(async () => {
    clock = new ManualClock(START);
    sqs = await startFakeSqs(() => clock.now());
    const { client, table, close } = await openEmbedded();
    closeRecords = close;
    queue = queueAt(sqs.endpoint, new DynamoLookStore(client, table));
  });
  afterEach(async () => {
    await sqs.close();
    await closeRecords();
  });

  test('a message carries the lab and nothing else', async () => {
    await queue.enqueue('a', 0);
    expect(sqs.messages()).toMatchObject([{ body: '{"labId":"a"}', visibleAt: START }]);
  });

  test('messages of one owner are one group, whatever the owner is called, and others are others', async () => {
    const long = `o=${'é'.repeat(500)}`;
    for (const [labId, owner] of [
      ['a', 'ann@example.org'],
      ['b', 'ann@example.org'],
      ['c', long],
      ['d', undefined],
      ['e', undefined],
    ] as const) {
      await queue.enqueue(labId, 0, owner);
    }
    const [first, second, ...others] = sqs.messages().map(({ group = '' }) => group);
    expect(second).toBe(first);
    expect(new Set([first, ...others]).size).toBe(4);
    // What SQS takes.
    for (const group of [first, ...others]) expect(group).toMatch(/^[0-9a-z]{1,128}$/);
  });

  test('what is to come at once is always sent', async () => {
    await queue.enqueue('a', 0);
    await queue.enqueue('a', 0);
    expect(delays()).toEqual([0, 0]);
  });

  test('of looks to come, one is on its way per lab, the soonest', async () => {
    await queue.enqueue('a', 60);
    await queue.enqueue('a', 90);
    await queue.enqueue('a', 60);
    await queue.enqueue('b', 60);
    expect(delays()).toEqual([60, 60]);
    await queue.enqueue('a', 5);
    expect(delays()).toEqual([60, 60, 5]);
    await queue.enqueue('a', 60);
    expect(sqs.messages()).toHaveLength(3);
  });

  test('a look that is past makes way for the next, though its message be lost', async () => {
    await queue.enqueue('a', 5);
    clock.advance(5);
    await queue.enqueue('a', 5);
    expect(delays()).toEqual([0, 5]);
  });

  test('many at once send one', async () => {
    await Promise.all(Array.from({ length: 20 }, () => queue.enqueue('a', 30)));
    expect(delays()).toEqual([30]);
  });

  test('a part of a second is a whole one, and more than SQS delays is the most it does', async () => {
    await queue.enqueue('a', 0.25);
    await queue.enqueue('b', 5_000);
    expect(delays()).toEqual([1, 900]);
  });

  test('a queue that is away may be asked again', async () => {
    const { client, table, close } = await openEmbedded();
    const away = queueAt('http://127.0.0.1:9', new DynamoLookStore(client, table));
    await expect(away.enqueue('a', 0)).rejects.toMatchObject({ code: 'store_unavailable', retryable: true });
    await close();
  });
});
