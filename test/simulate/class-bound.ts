/** EC2's documented limits for RunInstances (aws-facts.md); the product's own tables are not read. */
const MACHINES = { size: 1000, perSecond: 2 };
const REQUESTS = { size: 5, perSecond: 2 };

/**
 * How long before the bell each lab of a class must be launched at the least, from the last to the first: nobody launches
 * them later by one call each, since no span of time may hold more than a bucket's size and what it refills.
 * @returns seconds, ascending
 */
function leastLeadSeconds(labs: number, machinesEach: number): number[] {
  const lead = (bucket: typeof MACHINES, count: number) =>
    Math.max(0, count - bucket.size) / bucket.perSecond;
  return Array.from({ length: labs }, (_, index) =>
    Math.max(lead(REQUESTS, index + 1), lead(MACHINES, (index + 1) * machinesEach)),
  );
}

/** Machine-seconds that a session costs at the least. */
export function leastPaidSeconds(
  labs: number,
  machinesEach: number,
  { sessionSeconds, graceSeconds }: { sessionSeconds: number; graceSeconds: number },
): number {
  const leads = leastLeadSeconds(labs, machinesEach).reduce((sum, seconds) => sum + seconds, 0);
  return machinesEach * (labs * (sessionSeconds + graceSeconds) + leads);
}
