/** The middle one; of an even number the upper of the two. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A median's standard error, by the median deviation, which a few outliers do not move; 0 of one value. */
export function medianError(values: number[]): number {
  const middle = median(values);
  const deviation = median(values.map((value) => Math.abs(value - middle)));
  // 1.4826 makes it a normal distribution's standard deviation, 1.2533 that of its median.
  return (1.4826 * 1.2533 * deviation) / Math.sqrt(values.length);
}
