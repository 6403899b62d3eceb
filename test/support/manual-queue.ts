import type { Queue } from '../../shared/ports/queue.ts';
import type { ManualClock } from './manual-clock.ts';

interface Message {
  labId: string;
  at: number;
}

/** What may go wrong with one message; everything here happens on SQS. */
export type Mishap = 'lost' | 'duplicated';

export interface ManualQueueOptions {
  clock: ManualClock;
  /** As the in-process queue does: one message per lab, the earliest. False is SQS, which keeps them all. */
  oneMessagePerLab?: boolean;
  /** Asked for every message that is sent. */
  mishap?: (labId: string) => Mishap | undefined;
  /** Picks which of the messages due at one moment runs next, 0 … count - 1; by default the first sent. */
  pick?: (count: number) => number;
  /** A run that threw is run again after this, as SQS's visibility timeout has it. */
  redeliverAfterSeconds?: number;
}

/** A queue that the test drains: messages run one by one, in time order, while the manual clock moves along. */
export class ManualQueue implements Queue {
  readonly #options: ManualQueueOptions;
  #messages: Message[] = [];
  #consumer: ((labId: string) => Promise<void>) | undefined;
  /** What runs threw, oldest first. */
  readonly errors: unknown[] = [];

  constructor(options: ManualQueueOptions) {
    this.#options = options;
  }

  consume(consumer: (labId: string) => Promise<void>): void {
    this.#consumer = consumer;
  }

  /** Messages that have not run yet, soonest first. */
  get waiting(): readonly Message[] {
    return [...this.#messages].sort((a, b) => a.at - b.at);
  }

  async enqueue(labId: string, afterSeconds: number): Promise<void> {
    if (afterSeconds < 0 || afterSeconds > 900)
      throw new RangeError(`SQS delays 0 to 900 s, not ${afterSeconds}`);
    const mishap = this.#options.mishap?.(labId);
    if (mishap === 'lost') return;
    const message = { labId, at: this.#options.clock.now() + afterSeconds * 1000 };
    if (this.#options.oneMessagePerLab !== false) {
      const others = this.#messages.filter((other) => other.labId === labId);
      const earliest = Math.min(message.at, ...others.map(({ at }) => at));
      this.#messages = this.#messages.filter((other) => other.labId !== labId);
      message.at = earliest;
    }
    this.#messages.push(message);
    if (mishap === 'duplicated') this.#messages.push({ ...message });
  }

  /**
   * Runs everything due up to and at `until`, what those runs send included, and leaves the clock there.
   * @returns how many runs that took; more than `mostRuns` is an endless loop and throws.
   */
  async drain(until: number, mostRuns = 100_000): Promise<number> {
    if (this.#consumer === undefined) throw new Error('nobody consumes this queue: call consume() first');
    let runs = 0;
    for (let message = this.#take(until); message !== undefined; message = this.#take(until)) {
      runs += 1;
      if (runs > mostRuns) throw new Error(`still busy after ${mostRuns} runs, now with ${message.labId}`);
      this.#options.clock.moveTo(message.at);
      try {
        await this.#consumer(message.labId);
      } catch (error) {
        this.errors.push(error);
        const delay = (this.#options.redeliverAfterSeconds ?? 30) * 1000;
        this.#messages.push({ labId: message.labId, at: this.#options.clock.now() + delay });
      }
    }
    this.#options.clock.moveTo(until);
    return runs;
  }

  #take(until: number): Message | undefined {
    const soonest = Math.min(...this.#messages.map(({ at }) => at));
    if (this.#messages.length === 0 || soonest > until) return undefined;
    // What is late already is due at the same moment as everything else that is.
    const now = Math.max(soonest, this.#options.clock.now());
    const due = this.#messages.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
    const chosen = due[this.#options.pick?.(due.length) ?? 0] ?? due[0];
    this.#messages = this.#messages.filter((message) => message !== chosen);
    return chosen;
  }
}
