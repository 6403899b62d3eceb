/** Milliseconds of each of so many runs, one after another: of the quickest a busy machine has taken the least. */
export async function timesOf(runs: number, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    await work();
    times.push(Math.round(performance.now() - start));
  }
  return times;
}
