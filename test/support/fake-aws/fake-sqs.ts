import { createHash, randomUUID } from 'node:crypto';
import { JsonRefusal, type JsonService, startJsonService } from './json-service.ts';

const MOST_DELAY_SECONDS = 900;

interface Message {
  id: string;
  body: string;
  /** Milliseconds since the epoch from which it is to be had. */
  visibleAt: number;
  group: string | undefined;
  receives: number;
}

export interface FakeSqs extends JsonService {
  queueUrl: string;
  /** Bodies and moments of all that is not deleted. */
  messages(): { body: string; visibleAt: number; group: string | undefined }[];
  /** Takes what is visible now, as a Lambda's event source does; `done` deletes it. */
  take(): { body: string; done: () => void } | undefined;
}

/** One SQS standard queue on the wire: SendMessage with its delay, ReceiveMessage, DeleteMessage. */
export async function startFakeSqs(now: () => number, visibilitySeconds = 180): Promise<FakeSqs> {
  let messages: Message[] = [];
  const receive = () => {
    const message = messages.find(({ visibleAt }) => visibleAt <= now());
    if (message === undefined) return undefined;
    message.receives += 1;
    message.visibleAt = now() + visibilitySeconds * 1000;
    return message;
  };
  const forget = (id: string) => {
    messages = messages.filter((message) => message.id !== id);
  };
  const service = await startJsonService('AmazonSQS', {
    SendMessage({ MessageBody, DelaySeconds = 0, MessageGroupId }) {
      if (!Number.isInteger(DelaySeconds) || DelaySeconds < 0 || DelaySeconds > MOST_DELAY_SECONDS) {
        throw new JsonRefusal(
          'com.amazonaws.sqs#InvalidParameterValue',
          `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: must be between 0 and 900`,
        );
      }
      const id = randomUUID();
      messages.push({
        id,
        body: MessageBody,
        visibleAt: now() + DelaySeconds * 1000,
        group: MessageGroupId,
        receives: 0,
      });
      return { MessageId: id, MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') };
    },
    ReceiveMessage() {
      const message = receive();
      if (message === undefined) return {};
      const MD5OfBody = createHash('md5').update(message.body).digest('hex');
      return {
        Messages: [{ MessageId: message.id, ReceiptHandle: message.id, Body: message.body, MD5OfBody }],
      };
    },
    DeleteMessage({ ReceiptHandle }) {
      forget(ReceiptHandle);
    },
  });
  return {
    ...service,
    queueUrl: `${service.endpoint}/123456789012/slipway`,
    messages: () => messages.map(({ body, visibleAt, group }) => ({ body, visibleAt, group })),
    take() {
      const message = receive();
      return message && { body: message.body, done: () => forget(message.id) };
    },
  };
}
