import { changedSpec } from './changed-spec.ts';
import { showService } from './look-at-service.ts';
import { findNamed } from './named-objects.ts';
import type { ServiceChange } from './service-change.ts';
import type { ServiceDetail } from './service-view.ts';
import { updateService } from './update-service.ts';
import { wasChangedSince } from './was-made-since.ts';
import { type SwarmWrite, type SwarmWriteDeps, writeSwarm } from './write-swarm.ts';

/**
 * Changes a service in one update, as `docker service update` would with the same flags. Where nothing changes there is
 * no update.
 * @throws SlipwayError `not_found`; `invalid_input` for a secret or config that is not there; `version_conflict` where
 * others keep being faster.
 */
export async function changeService(
  deps: SwarmWriteDeps,
  write: SwarmWrite,
  nameOrId: string,
  change: ServiceChange,
): Promise<ServiceDetail> {
  return await writeSwarm(deps, write, async (engine, asked) => {
    const { secrets, configs } = change;
    const named = await findNamed(engine, {
      secrets: secrets?.add && { uses: secrets.add, pointer: '/secrets/add' },
      configs: configs?.add && { uses: configs.add, pointer: '/configs/add' },
    });
    await updateService(engine, nameOrId, (service) =>
      wasChangedSince(service.UpdatedAt, asked) ? undefined : changedSpec(service, change, named),
    );
    return await showService(engine, nameOrId, deps.clock.now());
  });
}
