import type { Clock } from '../../../core/clock.ts';

/** Answers that are good for a moment, by lab: what was just asked need not be asked again. */
export class Recent<T> {
  readonly #clock: Clock;
  readonly #goodMilliseconds: number;
  readonly #kept = new Map<string, { value: T; at: number }>();

  constructor(clock: Clock, goodSeconds: number) {
    this.#clock = clock;
    this.#goodMilliseconds = goodSeconds * 1000;
  }

  keep(key: string, value: T): void {
    const now = this.#clock.now();
    // Oldest first: what has been kept longest is the first to go.
    for (const [old, { at }] of this.#kept) {
      if (now - at < this.#goodMilliseconds) break;
      this.#kept.delete(old);
    }
    this.#kept.delete(key);
    this.#kept.set(key, { value, at: now });
  }

  get(key: string): T | undefined {
    const found = this.#kept.get(key);
    if (found === undefined || this.#clock.now() - found.at >= this.#goodMilliseconds) return undefined;
    return found.value;
  }

  /** Once only: whoever acts on it makes it old. */
  take(key: string): T | undefined {
    const value = this.get(key);
    this.#kept.delete(key);
    return value;
  }

  forget(key: string): void {
    this.#kept.delete(key);
  }
}
