import type { Clock } from '../../../core/clock.ts';
import { isSlipwayError } from '../../../core/errors.ts';
import type { ShortScope } from './ec2-errors.ts';
import type { Place } from './placement.ts';

/** How long a place counts as short once EC2 said so. */
const SHORT_SECONDS = 600;

/** What this process learned of where there is no room, whichever lab it was for. */
export class ShortPlaces {
  readonly #clock: Clock;
  readonly #until = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Remembers why a launch failed, where that says something of the place. */
  learn(place: Place, error: unknown): void {
    if (!isSlipwayError(error) || error.facts.reason !== 'short') return;
    const key = keysOf(place)[error.facts.scope as ShortScope];
    if (key === undefined) return;
    const lasting = error.facts.forGood === true;
    this.#until.set(key, lasting ? Number.POSITIVE_INFINITY : this.#clock.now() + SHORT_SECONDS * 1000);
  }

  /** Milliseconds since the epoch until which nothing is to be had there; undefined where there may be. */
  shortUntil(place: Place): number | undefined {
    const latest = Math.max(...Object.values(keysOf(place)).map((key) => this.#until.get(key) ?? 0));
    return latest > this.#clock.now() ? latest : undefined;
  }
}

function keysOf({ zone, subnet, type, market }: Place): Partial<Record<ShortScope, string>> {
  return {
    type: `${zone} ${type} ${market}`,
    subnet,
    // What is said of spot machines says nothing of the others.
    ...(market === 'spot' ? { spot: 'spot' } : {}),
  };
}
