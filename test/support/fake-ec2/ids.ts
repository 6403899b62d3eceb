import { createHash } from 'node:crypto';

/** Ids as EC2 makes them (a prefix and 17 hex digits), the same in each run, in no order that a client could use. */
export class Ids {
  #count = 0;

  make(prefix: string): string {
    this.#count += 1;
    const digest = createHash('sha1').update(`${prefix}${this.#count}`).digest('hex');
    return `${prefix}-0${digest.slice(0, 16)}`;
  }

  /** Rises by one: the order in which things were made. */
  sequence(): number {
    this.#count += 1;
    return this.#count;
  }
}
