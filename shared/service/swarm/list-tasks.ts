import type { Engine, Node, Service, Task } from '../../ports/engine.ts';
import type { Page } from '../../ports/store.ts';
import type { Caller } from '../caller.ts';
import { findNode } from '../nodes/find-node.ts';
import { type PageQuery, pageOf } from '../page-of.ts';
import { inOurWords } from './engine-words.ts';
import { findService } from './find-service.ts';
import { openSwarm, type SwarmDeps } from './open-swarm.ts';
import { type TaskView, taskOrder, viewTask } from './task-view.ts';

/** A service's tasks, those of before too, as `docker service ps` lists them. @throws SlipwayError `not_found` */
export async function listServiceTasks(
  deps: SwarmDeps,
  caller: Caller,
  labId: string,
  service: string,
  query: PageQuery,
): Promise<Page<TaskView>> {
  const { engine } = await openSwarm(deps, caller, labId);
  return await inOurWords(
    (async () => {
      const found = await findService(engine, service);
      const [tasks, nodes] = await Promise.all([engine.tasks({ service: found.ID }), engine.nodes()]);
      return pageOfTasks(tasks, [found], nodes, query);
    })(),
  );
}

/** A node's tasks, as `docker node ps` lists them. @param node its host name or id. @throws SlipwayError `not_found` */
export async function listNodeTasks(
  deps: SwarmDeps,
  caller: Caller,
  labId: string,
  node: string,
  query: PageQuery,
): Promise<Page<TaskView>> {
  const { engine } = await openSwarm(deps, caller, labId);
  return await inOurWords(tasksOfNode(engine, node, query));
}

async function tasksOfNode(engine: Engine, name: string, query: PageQuery): Promise<Page<TaskView>> {
  const nodes = await engine.nodes();
  const node = findNode(nodes, name);
  const [tasks, services] = await Promise.all([engine.tasks({ node: node.ID }), engine.services()]);
  return pageOfTasks(tasks, services, nodes, query);
}

function pageOfTasks(tasks: Task[], services: Service[], nodes: Node[], query: PageQuery): Page<TaskView> {
  const byId = new Map(services.map((service) => [service.ID, service]));
  const nameOf = ({ ServiceID }: Task) => byId.get(ServiceID)?.Spec.Name ?? ServiceID;
  const { items, ...more } = pageOf(tasks, (task) => taskOrder(task, nameOf(task)), query);
  return { items: items.map((task) => viewTask(task, byId.get(task.ServiceID), nodes)), ...more };
}
