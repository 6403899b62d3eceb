/**
 * Is it what EventBridge sends to `api` and `reconcile` once a day, `{"task":"heartbeat"}`? A function in a VPC that nobody
 * calls for weeks goes inactive, and the first who calls it then is refused.
 */
export function isHeartbeat(event: unknown): boolean {
  return (event as { task?: unknown } | null | undefined)?.task === 'heartbeat';
}
