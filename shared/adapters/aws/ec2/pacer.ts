import type { Clock } from '../../../core/clock.ts';
import type { SlipwayError } from '../../../core/errors.ts';
import { CALL_LIMITS, type PacedApi } from './call-limits.ts';
import { driverRefusal, isThrottled } from './ec2-errors.ts';
import { type Cost, clocksAt, costOf, type Line, momentOf, type Place, slowedDown } from './pace-clock.ts';
import type { KeptState, Move, Moves, PaceStore, Reservation } from './pace-store.ts';

/** Whose turn it is, to call what. */
export interface Turn {
  labId: string;
  api: PacedApi;
  /** Instances that the call is about; 1 unless told. */
  units?: number;
  /** Requests that the turn is for; 1 unless told. */
  calls?: number;
}

/** Lets calls go no faster than EC2 takes them, whichever process they come from. */
export interface Pacer {
  /**
   * Makes the call, if it is the lab's turn. Otherwise the lab holds its place for when it comes back.
   * @throws SlipwayError `driver_failed`, throttled, with `afterSeconds`, where it is not; else what the call throws.
   */
  run<T>(turn: Turn, call: () => Promise<T>): Promise<T>;
  /** One of the requests of the turn just had is still to come: within a minute it goes at once. */
  keepOne(labId: string, api: PacedApi): Promise<void>;
}

/** Calls as they come. */
export const UNPACED: Pacer = { run: (_turn, call) => call(), keepOne: () => Promise.resolve() };

/** The most that SQS delays a message: nobody is given a place that is farther ahead. */
const HORIZON_MS = 900_000;
/** One who comes later than that after his moment has lost his place. */
const GRACE_MS = 60_000;
/** Clocks of machines differ by so much. */
const EARLY_MS = 25;
/** A pace is read again where another moved it meanwhile. */
const TRIES = 8;
/** Whoever found no place comes again well before the last place given comes, and not all at once. */
const AGAIN_SECONDS = { least: 30, spread: 270, most: 600 };

/** Gives places in a line for each API, kept where every process sees it; no wait is spent here. */
export class LinePacer implements Pacer {
  readonly #store: PaceStore;
  readonly #clock: Clock;
  readonly #random: () => number;
  /** As last seen: what is most likely still so. */
  readonly #seen = new Map<PacedApi, KeptState>();

  constructor(options: { store: PaceStore; clock: Clock; random?: () => number }) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#random = options.random ?? Math.random;
  }

  async run<T>(turn: Turn, call: () => Promise<T>): Promise<T> {
    const place = (await this.#comeBack(turn)) ?? (await this.#takePlace(turn));
    try {
      return await call();
    } catch (error) {
      if (!isThrottled(error)) throw error;
      const moment = Math.max(
        await this.#slowDown(turn, place),
        this.#clock.now() + 1000 + this.#random() * 1000,
      );
      await this.#reserve(turn, place, moment);
      throw this.#notYet(turn.api, moment, 'EC2 takes no more calls of the account for a moment');
    }
  }

  async keepOne(labId: string, api: PacedApi): Promise<void> {
    const now = this.#clock.now();
    // Its place is the present: one long past would set the clocks back as far, should EC2 refuse it.
    await this.#reserve({ labId, api }, clocksAt(await this.#load(api), now), now);
  }

  /** @returns the place that the lab holds, once; undefined where it holds none. */
  async #comeBack({ labId, api, units = 1 }: Turn): Promise<Place | undefined> {
    const held = await this.#store.reservation(labId, api);
    const now = this.#clock.now();
    if (held === undefined || held.units < units || now > held.promisedAt + GRACE_MS) return undefined;
    const moment = momentOf(await this.#load(api), held.place);
    if (moment > now + EARLY_MS) {
      // The line has slowed down since: it is that much longer until the place is lost.
      if (moment > held.promisedAt) await this.#store.reserve(labId, api, { ...held, promisedAt: moment });
      throw this.#notYet(api, moment);
    }
    if (await this.#store.use(labId, api, held)) return held.place;
    throw this.#notYet(api, now + 1000, 'another run of the lab calls it just now');
  }

  async #takePlace(turn: Turn): Promise<Place> {
    const { api, units = 1, calls = 1 } = turn;
    const cost = costOf(CALL_LIMITS[api], calls, units);
    let state = this.#seen.get(api) ?? (await this.#load(api));
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const now = this.#clock.now();
      const moved = await this.#store.move(api, state.version, this.#moves(state, cost, now));
      if (moved !== undefined) {
        this.#seen.set(api, moved);
        const place = placeAt(moved, cost);
        const moment = momentOf(moved, place);
        if (moment <= now + EARLY_MS) return place;
        await this.#reserve(turn, place, moment);
        throw this.#notYet(api, moment);
      }
      state = await this.#load(api);
      this.#refuseBeyondHorizon(api, state, cost, now);
    }
    throw this.#notYet(api, this.#clock.now() + 1000 + this.#random() * 1000, 'too many ask at once');
  }

  #moves(state: KeptState, cost: Cost, now: number): Moves {
    const clocks = clocksAt(state, now);
    const horizon = clocksAt(state, now + HORIZON_MS);
    const move = (kind: 'requests' | 'instances'): Move => ({
      clock: clocks[kind],
      step: cost[kind].step,
      atMost: horizon[kind] + cost[kind].burst - cost[kind].step,
      isIdle: state[kind].end < clocks[kind],
    });
    return {
      requests: move('requests'),
      ...(cost.instances.step === 0 ? {} : { instances: move('instances') }),
    };
  }

  #refuseBeyondHorizon(api: PacedApi, state: KeptState, cost: Cost, now: number): void {
    const clocks = clocksAt(state, now);
    const after = (line: Line, clock: number, step: number) => ({
      ...line,
      end: Math.max(line.end, clock) + step,
    });
    const next = placeAt(
      {
        requests: after(state.requests, clocks.requests, cost.requests.step),
        instances: after(state.instances, clocks.instances, cost.instances.step),
      },
      cost,
    );
    const beyondSeconds = (momentOf(state, next) - now - HORIZON_MS) / 1000;
    if (beyondSeconds <= 0) return;
    const { least, spread, most } = AGAIN_SECONDS;
    const afterSeconds = Math.min(most, beyondSeconds + least + this.#random() * spread);
    throw this.#notYet(api, now + afterSeconds * 1000, 'the line is full');
  }

  /** @returns when the place comes now. */
  async #slowDown({ api, units = 1, calls = 1 }: Turn, place: Place): Promise<number> {
    const cost = costOf(CALL_LIMITS[api], calls, units);
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const state = await this.#load(api);
      const slower = slowedDown(state, place, cost, this.#clock.now());
      if (slower === undefined) return momentOf(state, place);
      if (await this.#store.setClocks(api, state.version, slower)) {
        this.#seen.delete(api);
        return momentOf(slower, place);
      }
    }
    return this.#clock.now();
  }

  async #load(api: PacedApi): Promise<KeptState> {
    const state = await this.#store.load(api);
    this.#seen.set(api, state);
    return state;
  }

  async #reserve({ labId, api, units = 1 }: Turn, place: Place, promisedAt: number): Promise<void> {
    const reservation: Reservation = { place, units, promisedAt };
    await this.#store.reserve(labId, api, reservation);
  }

  #notYet(api: PacedApi, moment: number, why = 'others are before it'): SlipwayError {
    const afterSeconds = Math.max(0.1, (moment - this.#clock.now()) / 1000);
    return driverRefusal('throttled', `${api} in ${Math.ceil(afterSeconds)} s: ${why}`, { afterSeconds });
  }
}

function placeAt({ requests, instances }: { requests: Line; instances: Line }, cost: Cost): Place {
  return {
    requests: requests.end - cost.requests.burst,
    instances: cost.instances.step === 0 ? 0 : instances.end - cost.instances.burst,
  };
}
