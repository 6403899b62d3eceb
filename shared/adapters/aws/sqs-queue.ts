import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Clock } from '../../core/clock.ts';
import { SlipwayError } from '../../core/errors.ts';
import { sha256 } from '../../core/ids.ts';
import type { Queue } from '../../ports/queue.ts';

/** What a message carries. */
interface LabMessage {
  labId: string;
}

/** Keeps the one moment at which a lab is to be looked at again. */
export interface LookStore {
  /**
   * Claims the lab's next look for `at`, milliseconds since the epoch, unless one is to come that is as soon. Atomic.
   * @returns whether it was claimed: whoever claims sends the message.
   */
  claimLook(labId: string, at: number, now: number): Promise<boolean>;
}

/** The most that SQS delays a message. */
const LONGEST_DELAY_SECONDS = 900;

/** SQS takes 128 letters, digits and signs; whose a lab is may be anything. */
const GROUP_CHARACTERS = 32;

/**
 * Wakes labs by an SQS standard queue. Messages are grouped by whose they are, so that SQS keeps nobody waiting behind
 * another's crowd ("fair queues"); docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html. A message that is to come at once is always sent; of those that come later, one is
 * on its way per lab, the soonest: every run asks for its lab's next look, and messages come twice, so without it they
 * would multiply.
 */
export class SqsQueue implements Queue {
  readonly #sqs: SQSClient;
  readonly #queueUrl: string;
  readonly #looks: LookStore;
  readonly #clock: Clock;

  constructor(options: { sqs: SQSClient; queueUrl: string; looks: LookStore; clock: Clock }) {
    this.#sqs = options.sqs;
    this.#queueUrl = options.queueUrl;
    this.#looks = options.looks;
    this.#clock = options.clock;
  }

  async enqueue(labId: string, afterSeconds: number, fairKey = labId): Promise<void> {
    const delaySeconds = Math.min(Math.ceil(afterSeconds), LONGEST_DELAY_SECONDS);
    const now = this.#clock.now();
    if (delaySeconds > 0 && !(await this.#looks.claimLook(labId, now + delaySeconds * 1000, now))) return;
    const message: LabMessage = { labId };
    try {
      await this.#sqs.send(
        new SendMessageCommand({
          QueueUrl: this.#queueUrl,
          MessageBody: JSON.stringify(message),
          DelaySeconds: delaySeconds,
          MessageGroupId: sha256(fairKey).slice(0, GROUP_CHARACTERS),
        }),
      );
    } catch (error) {
      throw new SlipwayError(
        'store_unavailable',
        `the queue does not take messages: ${(error as Error).name}`,
        {
          cause: error,
        },
      );
    }
  }
}
