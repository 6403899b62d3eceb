/** A token bucket: so many at once, and so many a second after. */
export interface Bucket {
  burst: number;
  perSecond: number;
}

/** How fast machines may be launched: one request per lab, and so many machines. */
export interface LaunchPace {
  requests: Bucket;
  machines: Bucket;
}

/** Labs that are wanted by one bell. */
export interface LaunchDemand {
  /** The last moment at which one of them may be launched, milliseconds since the epoch. */
  readyBy: number;
  labs: number;
  machinesPerLab: number;
}

/** Planned a little slower than allowed: what is late by a moment is caught up with. */
const RATE_SHARE = 0.98;
/** Of a burst so much is left to others, as the driver's own pacer leaves it. */
const SPARE_SHARE = 0.01;

/**
 * When to launch each lab of a class, so that the last goes at `readyBy`, and the first as late as the buckets let it:
 * what a bucket refills goes first, its burst last. What a bucket allows is the same backward in time, so each is placed
 * as GCRA (ITU-T I.371) would place it, counted from `readyBy` backward.
 * @param demand `notBefore`: what should have gone before it goes then, as fast as the buckets let it, their bursts first;
 *   the last may then go after `readyBy`
 * @returns milliseconds since the epoch, ascending, one per lab; all at `readyBy` where nothing bounds the pace.
 */
export function launchMoments(
  demand: LaunchDemand & { pace: LaunchPace | undefined; notBefore?: number | undefined },
): number[] {
  const { readyBy, pace, notBefore } = demand;
  const moments = launchSchedule([demand], pace)[0] ?? [];
  if (notBefore === undefined) return moments;
  // Forward in time the buckets let go from `notBefore` on what backward they let go before `readyBy`.
  return moments.map((moment, index) =>
    Math.max(moment, notBefore + readyBy - (moments.at(-1 - index) ?? readyBy)),
  );
}

/** How long before the last lab's launch the first one's is. */
export function leadSeconds(
  demand: Omit<LaunchDemand, 'readyBy'> & { pace: LaunchPace | undefined },
): number {
  const [first = 0] = launchMoments({ ...demand, readyBy: 0 });
  return (0 - first) / 1000;
}

/**
 * The same for several classes that share the buckets. Whose bell is later is placed first, and what is left before it
 * is another's.
 * @returns as `launchMoments`, in the order of the demands.
 */
export function launchSchedule(demands: LaunchDemand[], pace: LaunchPace | undefined): number[][] {
  if (pace === undefined) return demands.map(({ labs, readyBy }) => Array<number>(labs).fill(readyBy));
  const moments = demands.map(() => [] as number[]);
  const latestFirst = demands.map((demand, index) => ({ ...demand, index }));
  latestFirst.sort((a, b) => b.readyBy - a.readyBy);
  const origin = latestFirst[0]?.readyBy ?? 0;
  // Time runs backward from the latest bell; a line's end is when its bucket would be full again.
  const ends = { requests: 0, machines: 0 };
  let last = 0;
  for (const { readyBy, labs, machinesPerLab, index } of latestFirst) {
    const requests = lineOf(pace.requests, 1);
    const machines = lineOf(pace.machines, machinesPerLab);
    for (let lab = 0; lab < labs; lab += 1) {
      last = Math.max(
        last,
        origin - readyBy,
        ends.requests + requests.step - requests.burst,
        ends.machines + machines.step - machines.burst,
      );
      ends.requests = Math.max(ends.requests, last) + requests.step;
      ends.machines = Math.max(ends.machines, last) + machines.step;
      moments[index]?.push(origin - Math.ceil(last));
    }
  }
  return moments.map((one) => one.reverse());
}

/** What so many cost on a bucket's line, and how far its end may be ahead; milliseconds. */
function lineOf({ burst, perSecond }: Bucket, count: number): { step: number; burst: number } {
  const step = 1000 / (perSecond * RATE_SHARE);
  const spare = Math.max(1, burst * SPARE_SHARE);
  // What is more than a full bucket can still go, once it is full.
  return { step: step * count, burst: step * Math.max(burst - spare, count) };
}

/** How fast EC2 lets machines go again; docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html. */
export const TERMINATE_PACE: LaunchPace = {
  requests: { burst: 100, perSecond: 5 },
  machines: { burst: 1000, perSecond: 20 },
};
export const STOP_PACE: LaunchPace = {
  requests: { burst: 50, perSecond: 5 },
  machines: { burst: 1000, perSecond: 20 },
};
