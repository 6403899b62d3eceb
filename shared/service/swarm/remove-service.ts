import { isSlipwayError } from '../../core/errors.ts';
import { findService } from './find-service.ts';
import { type SwarmWrite, type SwarmWriteDeps, writeSwarm } from './write-swarm.ts';

/** Removes a service; its tasks end a little later. @throws SlipwayError `not_found` */
export async function removeService(
  deps: SwarmWriteDeps,
  write: SwarmWrite,
  nameOrId: string,
): Promise<void> {
  await writeSwarm(deps, write, async (engine, { isRepeat }) => {
    try {
      const { ID } = await findService(engine, nameOrId);
      await engine.removeService(ID);
    } catch (error) {
      // The first of its kind removed it, and its answer was lost.
      if (!isRepeat || !isSlipwayError(error, 'not_found')) throw error;
    }
  });
}
