import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Queue } from '../../ports/queue.ts';

/** One run of the reconciler over a lab. */
export type Consumer = (labId: string) => Promise<void>;

/** After a run that threw: 1, 2, 4 … seconds, at most a minute. */
const BACK_OFF_SECONDS = { first: 1, most: 60 };

interface Pending {
  at: number;
  timer: NodeJS.Timeout;
}

/**
 * Wakes labs inside this process. At most one message is pending per lab, the earliest; one run of a lab at a time. A
 * message that falls due while its lab runs, or while all runners are busy, waits for one further run, however many
 * came. Nothing is kept over a restart: the tick finds what is due.
 */
export class MemoryQueue implements Queue {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #maximumConcurrency: number;
  #consumer: Consumer | undefined;
  #stopped = false;
  readonly #pending = new Map<string, Pending>();
  /** Due and waiting for a runner, oldest first. */
  readonly #ready = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #failures = new Map<string, number>();

  constructor(options: { clock: Clock; log: Log; maximumConcurrency: number }) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#maximumConcurrency = options.maximumConcurrency;
  }

  /** Begins to run what is due; messages sent before are kept. */
  start(consumer: Consumer): void {
    this.#consumer = consumer;
    this.#runReady();
  }

  async enqueue(labId: string, afterSeconds: number): Promise<void> {
    if (this.#stopped || this.#ready.has(labId)) return;
    const at = this.#clock.now() + afterSeconds * 1000;
    const pending = this.#pending.get(labId);
    if (pending !== undefined && pending.at <= at) return;
    clearTimeout(pending?.timer);
    const timer = setTimeout(() => this.#fallDue(labId), afterSeconds * 1000);
    this.#pending.set(labId, { at, timer });
  }

  /**
   * Drops what is pending and waits for what runs.
   * @returns labs whose run had not ended by the deadline; the next start finds them by their record.
   */
  async stop(deadlineSeconds: number): Promise<string[]> {
    this.#stopped = true;
    for (const { timer } of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
    this.#ready.clear();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineSeconds * 1000);
    });
    await Promise.race([Promise.all(this.#running.values()), deadline]);
    clearTimeout(timer);
    return [...this.#running.keys()];
  }

  #fallDue(labId: string): void {
    this.#pending.delete(labId);
    this.#ready.add(labId);
    this.#runReady();
  }

  #runReady(): void {
    const consumer = this.#consumer;
    if (consumer === undefined) return;
    for (const labId of [...this.#ready]) {
      if (this.#running.size >= this.#maximumConcurrency) return;
      if (this.#running.has(labId)) continue;
      this.#ready.delete(labId);
      const run = this.#run(consumer, labId).finally(() => {
        this.#running.delete(labId);
        this.#runReady();
      });
      this.#running.set(labId, run);
    }
  }

  async #run(consumer: Consumer, labId: string): Promise<void> {
    try {
      await consumer(labId);
      this.#failures.delete(labId);
    } catch (error) {
      const failures = (this.#failures.get(labId) ?? 0) + 1;
      this.#failures.set(labId, failures);
      const afterSeconds = Math.min(BACK_OFF_SECONDS.first * 2 ** (failures - 1), BACK_OFF_SECONDS.most);
      this.#log.error({ lab: labId, failures, afterSeconds, reason: messageOf(error) }, 'a run failed');
      await this.enqueue(labId, afterSeconds);
    }
  }
}
