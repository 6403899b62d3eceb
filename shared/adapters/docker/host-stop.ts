import { z } from 'zod';
import type { EngineHttp } from '../engine/engine-http.ts';
import { STOP_SIGNAL } from './host-container.ts';

/** systemd gives its engine, and that its containers, 10 to 15 s; after this much Docker kills. */
const GRACE_SECONDS = 25;
const DEADLINE_SECONDS = GRACE_SECONDS + 15;
const AGAIN_MS = 2000;

/**
 * Stops a host cleanly; one that does not run is stopped already. A host in the first instants of its boot loses
 * the signal, which Docker sends but once: it is sent again until the host is down.
 */
export async function stopHost(engine: EngineHttp, id: string): Promise<void> {
  const post = (path: string, query: Record<string, string | number>, deadlineSeconds: number) =>
    engine.call({ method: 'POST', path, query, deadlineSeconds, schema: z.unknown() });
  let signals = Promise.resolve<unknown>(undefined);
  const again = setInterval(() => {
    signals = post(`/containers/${id}/kill`, { signal: STOP_SIGNAL }, 3).catch(() => {});
  }, AGAIN_MS);
  try {
    await post(`/containers/${id}/stop`, { t: GRACE_SECONDS }, DEADLINE_SECONDS);
  } finally {
    clearInterval(again);
    // One that is still on its way must not hit the next boot.
    await signals;
  }
}
