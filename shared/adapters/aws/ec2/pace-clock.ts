import type { CallLimit } from './call-limits.ts';

/**
 * A bucket as a line of places. Its clock runs in milliseconds, as fast as time does while EC2 gives what it says, slower
 * after it refused. A place is a moment on that clock.
 */
export interface Line {
  /** What the clock showed at the state's `at`. */
  clock: number;
  /** Theoretical arrival time of the next call, as GCRA (ITU-T I.371) has it: where the line ends. */
  end: number;
}

/** What all invocations share of one API. */
export interface PaceState {
  /** When the clocks were last set, milliseconds since the epoch. */
  at: number;
  /** How fast they ran from then on: 1 is what EC2 documents. */
  factor: number;
  requests: Line;
  instances: Line;
}

/** A moment on each clock from which a call may go. */
export interface Place {
  requests: number;
  instances: number;
}

const SLOWEST = 1 / 8;
/** After so long without another refusal the clocks run twice as fast again. */
const RECOVERY_MS = 60_000;
/** Calls that were on their way together are refused together: that is one refusal. */
const SAME_MS = 5_000;
/** Clocks of machines differ a little, and calls overtake each other. */
const SPARE = 0.01;

export const FRESH: PaceState = {
  at: 0,
  factor: 1,
  requests: { clock: 0, end: 0 },
  instances: { clock: 0, end: 0 },
};

/** How far the clocks went since they were set. */
function elapsed({ at, factor }: PaceState, now: number): number {
  let left = Math.max(0, now - at);
  let gone = 0;
  let speed = factor;
  while (speed < 1 && left > RECOVERY_MS) {
    gone += RECOVERY_MS * speed;
    left -= RECOVERY_MS;
    speed = Math.min(1, speed * 2);
  }
  return gone + left * speed;
}

/** How long, from when they were set, the clocks need for so much. */
function durationOf({ factor }: PaceState, way: number): number {
  let left = way;
  let lasted = 0;
  let speed = factor;
  while (speed < 1 && left > RECOVERY_MS * speed) {
    left -= RECOVERY_MS * speed;
    lasted += RECOVERY_MS;
    speed = Math.min(1, speed * 2);
  }
  return lasted + left / speed;
}

/** How fast the clocks run now. */
function speedAt({ at, factor }: PaceState, now: number): number {
  const doubled = Math.floor(Math.max(0, now - at) / RECOVERY_MS);
  return Math.min(1, factor * 2 ** Math.min(doubled, 10));
}

/** What each clock shows at a moment. */
export function clocksAt(state: PaceState, now: number): Place {
  const gone = elapsed(state, now);
  return { requests: state.requests.clock + gone, instances: state.instances.clock + gone };
}

/** When a place comes, milliseconds since the epoch: a moment that is past for one that may go. */
export function momentOf(state: PaceState, place: Place): number {
  const way = Math.max(place.requests - state.requests.clock, place.instances - state.instances.clock);
  return way <= 0 ? state.at : state.at + durationOf(state, way);
}

/** What a call costs on each clock, and how far a line may be ahead of it. */
export interface Cost {
  requests: { step: number; burst: number };
  instances: { step: number; burst: number };
}

/** @param calls requests that it is; @param units instances that it is about. */
export function costOf({ requests, instances }: CallLimit, calls: number, units: number): Cost {
  const of = (bucket: CallLimit['requests'], count: number) => {
    const step = 1000 / bucket.perSecond;
    const spare = Math.max(1, bucket.tokens * SPARE);
    // What is more than a full bucket can still go, once it is full.
    return { step: step * count, burst: step * Math.max(bucket.tokens - spare, count) };
  };
  return {
    requests: of(requests, calls),
    instances: instances === undefined ? { step: 0, burst: 0 } : of(instances, units),
  };
}

/** The state once a call at this place was refused, undefined where that is told already. */
export function slowedDown(state: PaceState, place: Place, cost: Cost, now: number): PaceState | undefined {
  const clocks = clocksAt(state, now);
  const speed = speedAt(state, now);
  const isOld = now - state.at < SAME_MS && state.factor < 1;
  // Requests at half their rate are not what is too many: then the instances are.
  const blamesInstances = speed < 1 && !isOld && cost.instances.step > 0;
  const back = (clock: number, its: number, step: number) => Math.min(clock, its - step);
  const requests = back(clocks.requests, place.requests, cost.requests.step);
  const instances = blamesInstances
    ? back(clocks.instances, place.instances, cost.instances.step)
    : clocks.instances;
  if (isOld && requests === clocks.requests) return undefined;
  // Their bucket was emptied by others and is now known to be: its own rate may be as ever.
  const wasFull = clocks.instances - instances > 2 * cost.instances.step;
  return {
    at: isOld ? state.at : now,
    factor: isOld ? state.factor : Math.max(SLOWEST, wasFull ? speed : speed / 2),
    requests: {
      ...state.requests,
      clock: isOld ? state.requests.clock - (clocks.requests - requests) : requests,
    },
    instances: { ...state.instances, clock: isOld ? state.instances.clock : instances },
  };
}
