import type { PacedApi } from './call-limits.ts';
import type { PaceState, Place } from './pace-clock.ts';

/** How the end of one line moves: from where it is, or from the clock, which has overtaken it. */
export interface Move {
  /** What the clock shows. */
  clock: number;
  step: number;
  /** Where the line may end at most, before the move. */
  atMost: number;
  /** Has the clock overtaken it? A guess that a condition checks. */
  isIdle: boolean;
}

/** Both at once; no instances where the API counts none. */
export interface Moves {
  requests: Move;
  instances?: Move;
}

/** The state with its version, which changes when the clocks are set and not when a line moves. */
export interface KeptState extends PaceState {
  version: number;
}

/** A place that a lab holds. */
export interface Reservation {
  place: Place;
  units: number;
  /** When the lab was told to come, milliseconds since the epoch. */
  promisedAt: number;
}

/** What all invocations know of the pace. */
export interface PaceStore {
  load(api: PacedApi): Promise<KeptState>;
  /**
   * Moves both lines at once, and neither unless both can. Atomic.
   * @param version of the state by which the moves were reckoned.
   * @returns the state after it; undefined where it is not as the moves suppose.
   */
  move(api: PacedApi, version: number, moves: Moves): Promise<KeptState | undefined>;
  /** Sets the clocks. @returns false where the version is another by now. */
  setClocks(api: PacedApi, version: number, state: PaceState): Promise<boolean>;

  reservation(labId: string, api: PacedApi): Promise<Reservation | undefined>;
  reserve(labId: string, api: PacedApi, reservation: Reservation): Promise<void>;
  /** Takes it away, for the one who goes. @returns false where someone else has. */
  use(labId: string, api: PacedApi, reservation: Reservation): Promise<boolean>;
}
