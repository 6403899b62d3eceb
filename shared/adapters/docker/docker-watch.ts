import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { EngineHttp } from '../engine/engine-http.ts';
import { EventMessage } from '../engine/engine-objects.ts';
import { LAB_LABEL, ownedBy } from './labels.ts';

/** What changes a host's state; the engine knows many more events. */
const CHANGES = ['create', 'start', 'die', 'stop', 'kill', 'pause', 'unpause', 'oom', 'destroy'];
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

/** Follows the events of a deployment's containers until the signal aborts, over an engine's restarts too. */
export async function watchHosts(
  { engine, deployment, log }: { engine: EngineHttp; deployment: string; log: Log },
  onChange: (labId: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    try {
      await engine.stream({
        path: '/events',
        query: { filters: { ...ownedBy(deployment), type: ['container'], event: CHANGES } },
        signal,
        schema: EventMessage,
        onMessage: ({ Actor }) => {
          pauseMs = FIRST_PAUSE_MS;
          const labId = Actor.Attributes[LAB_LABEL];
          if (labId !== undefined) onChange(labId);
        },
      });
    } catch (error) {
      if (!signal.aborted) log.warn({ reason: messageOf(error) }, 'docker driver: events are interrupted');
    }
    await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => {});
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}
