import type { Clock } from '../../shared/core/clock.ts';
import type { Queue } from '../../shared/ports/queue.ts';
import { Timeline } from './fake-ec2/timeline.ts';
import type { Mishap } from './manual-queue.ts';

/** Bodies that reconcile's queue carries; the contract of `functions/reconcile/read-message.ts`. */
export type QueueMessage = { labId: string } | { instanceId: string } | { task: 'sweep' };

export interface ParallelQueueOptions {
  clock: Clock;
  /** How many messages are worked off at once, as Lambda's `maximumConcurrency` has it. */
  concurrency: number;
  /** Asked for every message that is sent. */
  mishap?: (message: QueueMessage) => Mishap | undefined;
  /** A run that threw comes again after this: SQS's visibility timeout. */
  redeliverAfterSeconds?: number;
}

/** As infra/constructs/work-queue.ts has it. */
const TRIES = 5;
/** Within one moment of the manual clock; more is an endless loop. */
const MOST_RUNS = 100_000;

/**
 * SQS as `SqsQueue` uses it and Lambda polls it, on a clock that somebody else moves: delays in whole seconds, of a lab's
 * later looks only the soonest, and many runs at once, of one lab too.
 */
export class ParallelQueue implements Queue {
  /** What runs threw, oldest first. */
  readonly errors: unknown[] = [];
  /** What no run could do. */
  readonly deadLetters: QueueMessage[] = [];
  runs = 0;
  readonly #options: ParallelQueueOptions;
  readonly #delayed = new Timeline();
  readonly #looks = new Map<string, number>();
  #due: { message: QueueMessage; tries: number }[] = [];
  #consumer: ((message: QueueMessage) => Promise<void>) | undefined;

  constructor(options: ParallelQueueOptions) {
    this.#options = options;
  }

  consume(consumer: (message: QueueMessage) => Promise<void>): void {
    this.#consumer = consumer;
  }

  async enqueue(labId: string, afterSeconds: number): Promise<void> {
    if (!(afterSeconds >= 0)) throw new RangeError(`a delay of ${afterSeconds} s`);
    const delaySeconds = Math.min(900, Math.ceil(afterSeconds));
    const now = this.#options.clock.now();
    const at = now + delaySeconds * 1000;
    if (delaySeconds > 0) {
      // As DynamoLookStore claims it.
      const next = this.#looks.get(labId);
      if (next !== undefined && next > now && next <= at) return;
      this.#looks.set(labId, at);
    }
    this.send({ labId }, delaySeconds);
  }

  send(message: QueueMessage, afterSeconds = 0): void {
    const mishap = this.#options.mishap?.(message);
    if (mishap === 'lost') return;
    this.#deliver(message, afterSeconds);
    if (mishap === 'duplicated') this.#deliver(message, afterSeconds);
  }

  /** When the next message is due; undefined where none is under way. */
  nextAt(): number | undefined {
    return this.#due.length > 0 ? this.#options.clock.now() : this.#delayed.nextAt();
  }

  /** Works off all that is due by now, what those runs send at once included. */
  async drain(): Promise<void> {
    const mostRuns = this.runs + MOST_RUNS;
    for (this.#collect(); this.#due.length > 0; this.#collect()) {
      await Promise.all(Array.from({ length: this.#options.concurrency }, () => this.#work()));
      if (this.runs > mostRuns) throw new Error(`still busy after ${MOST_RUNS} runs within one moment`);
    }
  }

  async #work(): Promise<void> {
    for (let due = this.#due.shift(); due !== undefined; due = this.#due.shift()) {
      const { message, tries } = due;
      this.runs += 1;
      try {
        await this.#consumer?.(message);
      } catch (error) {
        this.errors.push(error);
        if (tries === TRIES) this.deadLetters.push(message);
        else this.#deliver(message, this.#options.redeliverAfterSeconds ?? 180, tries + 1);
      }
      this.#collect();
    }
  }

  #deliver(message: QueueMessage, afterSeconds: number, tries = 1): void {
    const at = this.#options.clock.now() + afterSeconds * 1000;
    this.#delayed.at(at, () => this.#due.push({ message, tries }));
  }

  #collect(): void {
    this.#delayed.runUntil(this.#options.clock.now());
  }
}
