/** A bucket of EC2's API throttling: so many tokens at most, so many back per second. */
export class TokenBucket {
  readonly #size: number;
  readonly #perSecond: number;
  #tokens: number;
  #at: number;

  constructor(
    { size, perSecond }: { size: number; perSecond: number },
    now: number,
    start: 'full' | 'empty',
  ) {
    this.#size = size;
    this.#perSecond = perSecond;
    this.#tokens = start === 'full' ? size : 0;
    this.#at = now;
  }

  /** @returns were there so many tokens? Where there were not, none is taken. */
  take(count: number, now: number): boolean {
    const passedSeconds = Math.max(0, now - this.#at) / 1000;
    this.#at = Math.max(this.#at, now);
    this.#tokens = Math.min(this.#size, this.#tokens + passedSeconds * this.#perSecond);
    // A hair of slack: sums of thirds must not cost a caller who waited exactly long enough.
    if (this.#tokens + 1e-9 < count) return false;
    this.#tokens -= count;
    return true;
  }
}
