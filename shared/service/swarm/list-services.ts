import type { Page } from '../../ports/store.ts';
import { serviceStatuses } from '../../stack/converge.ts';
import { explainService } from '../../stack/explain-service.ts';
import type { Caller } from '../caller.ts';
import { type PageQuery, pageOf } from '../page-of.ts';
import { inOurWords } from './engine-words.ts';
import { lookAtService } from './look-at-service.ts';
import { openSwarm, type SwarmDeps } from './open-swarm.ts';
import { type ServiceDetail, type ServiceView, viewService, viewServiceDetail } from './service-view.ts';

/** Services of a lab, whoever made them, by name. */
export async function listServices(
  deps: SwarmDeps,
  caller: Caller,
  labId: string,
  query: PageQuery,
): Promise<Page<ServiceView>> {
  const { engine } = await openSwarm(deps, caller, labId);
  const [services, tasks, nodes] = await inOurWords(
    Promise.all([engine.services(), engine.tasks(), engine.nodes()]),
  );
  const statuses = new Map(
    serviceStatuses(services, tasks, nodes, deps.clock.now()).map((status) => [status.name, status]),
  );
  const { items, ...more } = pageOf(services, ({ Spec }) => Spec.Name, query);
  return { items: items.map((service) => viewService(service, statuses.get(service.Spec.Name))), ...more };
}

/** With why it is not up, looked into. @param nameOrId the service's. @throws SlipwayError `not_found` */
export async function getService(
  deps: SwarmDeps,
  caller: Caller,
  labId: string,
  nameOrId: string,
): Promise<ServiceDetail> {
  const { engine } = await openSwarm(deps, caller, labId);
  return await inOurWords(
    (async () => {
      const { service, services, tasks, nodes, status } = await lookAtService(
        engine,
        nameOrId,
        deps.clock.now(),
      );
      const explained =
        status === undefined
          ? { status }
          : await explainService(engine, service, status, { services, tasks, nodes });
      return viewServiceDetail(service, tasks, nodes, explained);
    })(),
  );
}
