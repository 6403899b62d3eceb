import type { Clock } from '../../shared/core/clock.ts';

/** Time that stands still until the test moves it. */
export class ManualClock implements Clock {
  #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  advance(seconds: number): void {
    this.moveTo(this.#now + seconds * 1000);
  }

  /** Never backwards: a moment that has passed leaves it where it is. */
  moveTo(moment: number): void {
    this.#now = Math.max(this.#now, moment);
  }

  /** As a hand, or a time server, sets a clock. */
  setBack(seconds: number): void {
    this.#now -= seconds * 1000;
  }
}
