import type { LabStatus } from './lab.ts';

/** Why a lab waits through no fault of its own: its turn, the account's quota, or room. */
export const WAITS_FOR_ROOM: ReadonlySet<string> = new Set([
  'Throttled',
  'AccountVcpuQuota',
  'AccountGroupQuota',
  'NoRoom',
]);

/** From when a lab's deadline counts, milliseconds since the epoch; undefined before anything was launched. */
export function launchedAt({ launchedAt, intent }: LabStatus): number | undefined {
  const at = launchedAt ?? intent?.launchedAt;
  return at === undefined ? undefined : Date.parse(at);
}

/** Is anything there, or was it, that is paid for? */
export function isLaunched(status: LabStatus): boolean {
  return launchedAt(status) !== undefined || status.machines.length > 0;
}
