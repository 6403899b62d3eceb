import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { SlipwayError } from '../../core/errors.ts';
import type { EngineHttp } from '../engine/engine-http.ts';
import { listOf } from '../engine/engine-objects.ts';
import { cgroupParent, removeCgroups } from './cgroups.ts';
import { each, refusedWith, unless } from './driver-errors.ts';
import { ownedBy } from './labels.ts';

const REMOVE_SECONDS = 30;
const PAUSE_MS = 100;
const VolumesAnswer = z.looseObject({ Volumes: listOf(z.looseObject({ Name: z.string() })) });

/** Removes a host's container, its volume and the cgroups its inner containers left; gone already is done. */
export async function removeHost(
  pad: { engine: EngineHttp; deployment: string; cgroupVersion: string },
  host: { id: string; labId: string; machine: string },
): Promise<void> {
  await removeContainer(pad.engine, host.id);
  if (pad.cgroupVersion !== '2') {
    await removeCgroups(cgroupParent(pad.deployment, host.labId, host.machine));
  }
}

/** Removes the disks of a lab's hosts that were removed by hand; none of its hosts may be left. */
export async function removeLabVolumes(engine: EngineHttp, deployment: string, labId: string): Promise<void> {
  const { Volumes } = await engine.call({
    path: '/volumes',
    query: { filters: ownedBy(deployment, labId) },
    schema: VolumesAnswer,
  });
  await each(Volumes, ({ Name }) =>
    unless([404], engine.call({ method: 'DELETE', path: `/volumes/${Name}`, schema: z.unknown() })),
  );
}

async function removeContainer(engine: EngineHttp, id: string): Promise<void> {
  const until = Date.now() + REMOVE_SECONDS * 1000;
  while (Date.now() < until) {
    try {
      await engine.call({
        method: 'DELETE',
        path: `/containers/${id}`,
        query: { force: true, v: true },
        deadlineSeconds: REMOVE_SECONDS,
        schema: z.unknown(),
      });
      return;
    } catch (error) {
      if (refusedWith(error, 404)) return;
      // Its removal is in progress: wait until it is gone.
      if (!refusedWith(error, 409)) throw error;
    }
    await sleep(PAUSE_MS);
  }
  throw new SlipwayError('driver_failed', `container ${id.slice(0, 12)} is still being removed`, {
    retryable: true,
  });
}
