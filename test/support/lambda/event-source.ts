import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { z } from 'zod';
import type { LambdaFunction } from './lambda-function.ts';

const Outcome = z
  .looseObject({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).default([]) })
  .nullish();

/** The fake queue has no long polling. */
const EMPTY_MS = 100;

/**
 * A queue's event source mapping: batches of one, `ReportBatchItemFailures`, so many at once. What fails stays in the queue
 * and is to be had again after its visibility timeout.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 * @returns what ends it, once what it began is done.
 */
export function openEventSource(options: {
  sqs: SQSClient;
  queueUrl: string;
  reconcile: LambdaFunction;
  maximumConcurrency: number;
}): () => Promise<void> {
  const { sqs, queueUrl: QueueUrl, reconcile } = options;
  const closing = new AbortController();
  async function poll(): Promise<void> {
    while (!closing.signal.aborted) {
      const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      if (message === undefined) {
        await sleep(EMPTY_MS, undefined, { signal: closing.signal }).catch(() => {});
        continue;
      }
      if (await isDone(reconcile, message)) {
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
      }
    }
  }
  const pollers = Array.from({ length: options.maximumConcurrency }, poll);
  return async () => {
    closing.abort();
    await Promise.all(pollers);
  };
}

async function isDone(reconcile: LambdaFunction, message: Message): Promise<boolean> {
  try {
    const outcome = Outcome.parse(await reconcile.invoke(eventOf(message)));
    const failures = outcome?.batchItemFailures ?? [];
    return !failures.some(({ itemIdentifier }) => itemIdentifier === message.MessageId);
  } catch {
    // The function has noted it.
    return false;
  }
}

function eventOf({ MessageId = '', ReceiptHandle = '', Body = '', MD5OfBody = '' }: Message): SQSEvent {
  const now = String(Date.now());
  return {
    Records: [
      {
        messageId: MessageId,
        receiptHandle: ReceiptHandle,
        body: Body,
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: now,
          SenderId: 'AIDAFAKE',
          ApproximateFirstReceiveTimestamp: now,
        },
        messageAttributes: {},
        md5OfBody: MD5OfBody,
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:slipway',
        awsRegion: 'us-east-1',
      },
    ],
  };
}
