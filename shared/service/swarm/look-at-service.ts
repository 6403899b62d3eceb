import type { ServiceStatus } from '../../lab/lab.ts';
import type { Engine, Node, Service, Task } from '../../ports/engine.ts';
import { serviceStatuses } from '../../stack/converge.ts';
import { findService } from './find-service.ts';
import { type ServiceDetail, viewServiceDetail } from './service-view.ts';

/** A service with what is around it. */
export interface SeenService {
  service: Service;
  /** All of the swarm. */
  services: Service[];
  /** The service's own. */
  tasks: Task[];
  nodes: Node[];
  status: ServiceStatus | undefined;
}

/** @param now milliseconds since the epoch. @throws SlipwayError `not_found` */
export async function lookAtService(engine: Engine, nameOrId: string, now: number): Promise<SeenService> {
  const service = await findService(engine, nameOrId);
  const [services, tasks, nodes] = await Promise.all([
    engine.services(),
    engine.tasks({ service: service.ID }),
    engine.nodes(),
  ]);
  const status = serviceStatuses(services, tasks, nodes, now).find(({ name }) => name === service.Spec.Name);
  return { service, services, tasks, nodes, status };
}

/** The service as it is a moment after it was made or changed. */
export async function showService(engine: Engine, nameOrId: string, now: number): Promise<ServiceDetail> {
  const { service, tasks, nodes, status } = await lookAtService(engine, nameOrId, now);
  return viewServiceDetail(service, tasks, nodes, { status });
}
