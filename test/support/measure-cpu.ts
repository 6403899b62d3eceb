/**
 * What some work gives, and what it costs this process, milliseconds of a processor: unlike time on a clock, a busy machine
 * does not make it more. For work that waits for nothing.
 */
export async function measureCpu<T>(
  work: () => T | Promise<T>,
): Promise<{ result: T; milliseconds: number }> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, milliseconds: (user + system) / 1000 };
}
