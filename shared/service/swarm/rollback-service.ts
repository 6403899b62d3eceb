import { SlipwayError } from '../../core/errors.ts';
import { findService } from './find-service.ts';
import { showService } from './look-at-service.ts';
import type { ServiceDetail } from './service-view.ts';
import { isOvertaken } from './update-service.ts';
import { wasChangedSince } from './was-made-since.ts';
import { type SwarmWrite, type SwarmWriteDeps, writeSwarm } from './write-swarm.ts';

const TRIES = 6;

/**
 * Back to what the service was before its last update; once more, and it is forth again.
 * @throws SlipwayError `not_found`; `conflict` where it was never updated.
 */
export async function rollbackService(
  deps: SwarmWriteDeps,
  write: SwarmWrite,
  nameOrId: string,
): Promise<ServiceDetail> {
  return await writeSwarm(deps, write, async (engine, asked) => {
    for (let attempt = 1; ; attempt += 1) {
      const { ID, Spec, Version, PreviousSpec, UpdatedAt } = await findService(engine, nameOrId);
      if (wasChangedSince(UpdatedAt, asked)) return await showService(engine, ID, deps.clock.now());
      if (PreviousSpec === undefined) {
        const message = `${Spec.Name} was never updated, so there is nothing to roll back to`;
        throw new SlipwayError('conflict', message);
      }
      try {
        await engine.rollbackService(ID, Version.Index);
        return await showService(engine, ID, deps.clock.now());
      } catch (error) {
        if (attempt >= TRIES || !isOvertaken(error)) throw error;
      }
    }
  });
}
