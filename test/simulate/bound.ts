/** EC2's documented limits for RunInstances (aws-facts.md); the product's own table is not read. */
const INSTANCES = { size: 1000, perSecond: 2 };
const REQUESTS = { size: 5, perSecond: 2 };

/** No client launches so many labs, each by one call, in less: the buckets have no more. */
export function leastLaunchSeconds(labs: number, machinesEach: number, buckets: 'full' | 'empty'): number {
  const secondsFor = (bucket: typeof INSTANCES, count: number) =>
    Math.max(0, count - (buckets === 'full' ? bucket.size : 0)) / bucket.perSecond;
  return Math.max(secondsFor(INSTANCES, labs * machinesEach), secondsFor(REQUESTS, labs));
}
