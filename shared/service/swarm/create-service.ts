import { isSlipwayError } from '../../core/errors.ts';
import type { Engine } from '../../ports/engine.ts';
import { showService } from './look-at-service.ts';
import { findNamed } from './named-objects.ts';
import { newServiceSpec } from './new-service-spec.ts';
import type { ServiceRequest } from './service-request.ts';
import type { ServiceDetail } from './service-view.ts';
import { wasMadeSince } from './was-made-since.ts';
import { type SwarmWrite, type SwarmWriteDeps, writeSwarm } from './write-swarm.ts';

/**
 * Makes a service, as `docker service create` would with the same flags.
 * @throws SlipwayError `conflict` where its name or a port of it is taken; `invalid_input` for what it names and is not
 * there, and for what the swarm does not take.
 */
export async function createService(
  deps: SwarmWriteDeps,
  write: SwarmWrite,
  request: ServiceRequest,
): Promise<ServiceDetail> {
  return await writeSwarm(deps, write, async (engine, asked) => {
    if (asked.isRepeat) {
      const made = await serviceNamed(engine, request.name);
      if (made !== undefined && wasMadeSince(made.CreatedAt, asked))
        return await showService(engine, made.ID, deps.clock.now());
    }
    const named = await findNamed(engine, {
      secrets: request.secrets && { uses: request.secrets, pointer: '/secrets' },
      configs: request.configs && { uses: request.configs, pointer: '/configs' },
      networks: request.networks,
    });
    const { id } = await engine.createService(newServiceSpec(request, named));
    return await showService(engine, id, deps.clock.now());
  });
}

async function serviceNamed(engine: Engine, name: string) {
  try {
    return await engine.service(name);
  } catch (error) {
    if (isSlipwayError(error, 'engine_refused') && error.facts.status === 404) return undefined;
    throw error;
  }
}
