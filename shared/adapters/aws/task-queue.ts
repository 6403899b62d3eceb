import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { messageOf, SlipwayError } from '../../core/errors.ts';

/** Work that is of no one lab; `functions/reconcile` does it. */
export type Task = 'sweep';

/** @throws SlipwayError `store_unavailable`. */
export async function sendTask(sqs: SQSClient, queueUrl: string, task: Task): Promise<void> {
  const command = new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify({ task }) });
  await sqs.send(command).catch((error: unknown) => {
    throw new SlipwayError('store_unavailable', `the queue does not take the ${task}: ${messageOf(error)}`, {
      cause: error,
    });
  });
}
