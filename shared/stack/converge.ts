import { isDeepStrictEqual } from 'node:util';
import type { ServiceStatus } from '../lab/lab.ts';
import type { Engine, Node, Service, Task } from '../ports/engine.ts';
import { problemOf } from './causes.ts';
import { meetsConstraints } from './constraints.ts';

/** A stack's services as they are now, in words, by name. */
export async function stackServices(
  engine: Engine,
  stackName: string,
  nodes: Node[],
): Promise<ServiceStatus[]> {
  const [services, tasks] = await Promise.all([
    engine.services({ stack: stackName }),
    engine.tasks({ stack: stackName }),
  ]);
  return serviceStatuses(services, tasks, nodes);
}

/** How many tasks each service has and should have, and why one that lacks some lacks them. */
export function serviceStatuses(services: Service[], tasks: Task[], nodes: Node[]): ServiceStatus[] {
  return services
    .map((service) => {
      const own = tasks.filter(({ ServiceID }) => ServiceID === service.ID);
      return statusOf(service, own, nodes);
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function statusOf(service: Service, tasks: Task[], nodes: Node[]): ServiceStatus {
  const { Name, Mode } = service.Spec;
  const down = new Set(nodes.filter(({ Status }) => Status.State === 'down').map(({ ID }) => ID));
  const runs = (task: Task) =>
    isWanted(task) && task.Status.State === 'running' && !down.has(task.NodeID) && isCurrent(task, service);
  const places = byPlace(tasks);
  // One that replaces another before that stops is not one more.
  const running = places.filter((place) => place.some(runs)).length;
  const hosts = Mode.Global ? eligibleNodes(service, nodes) : [];
  const desired = Mode.Global
    ? Math.max(hosts.length, places.filter((place) => place.some(isWanted)).length)
    : (Mode.Replicated?.Replicas ?? 1);
  const failing = places.filter((place) => !place.some(runs) && hasFailed(place)).length;
  const problem =
    running < desired
      ? newestProblem(tasks, service)
      : Mode.Global && desired === 0
        ? 'no node meets its constraints'
        : undefined;
  return {
    name: Name,
    mode: Mode.Global ? 'global' : 'replicated',
    desired,
    running,
    failed: Math.min(failing, Math.max(0, desired - running)),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** What the swarm means to run, or to run next; the rest is history. */
function isWanted({ DesiredState }: Task): boolean {
  return DesiredState === 'running' || DesiredState === 'ready';
}

/** While an update goes through the tasks, those of before do not count. */
function isCurrent(task: Task, { Spec, UpdateStatus }: Service): boolean {
  if (UpdateStatus?.State !== 'updating') return true;
  // A task is given its service's template but for this.
  const { Runtime: _, ...template } = Spec.TaskTemplate;
  return isDeepStrictEqual(task.Spec, template);
}

/** A replicated service's tasks by slot, a global one's by node, each place's newest first. */
function byPlace(tasks: Task[]): Task[][] {
  const places = new Map<string, Task[]>();
  for (const task of newestFirst(tasks)) {
    const place = task.Slot === undefined ? task.NodeID : String(task.Slot);
    places.set(place, [...(places.get(place) ?? []), task]);
  }
  return [...places.values()];
}

function hasFailed(place: Task[]): boolean {
  const last = place.find(({ Status }) =>
    ['failed', 'rejected', 'complete', 'shutdown'].includes(Status.State),
  );
  return last?.Status.State === 'failed' || last?.Status.State === 'rejected';
}

/** Nodes that take a global service's task. */
function eligibleNodes({ Spec }: Service, nodes: Node[]): Node[] {
  const placement = Spec.TaskTemplate.Placement as { Constraints?: string[] } | undefined;
  return nodes.filter(
    (node) =>
      node.Spec.Availability === 'active' &&
      node.Status.State === 'ready' &&
      meetsConstraints(node, placement?.Constraints ?? []),
  );
}

function newestProblem(tasks: Task[], service: Service): string | undefined {
  for (const task of newestFirst(tasks)) {
    const problem = problemOf(task, service);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function newestFirst(tasks: Task[]): Task[] {
  return [...tasks].sort((a, b) => (a.Status.Timestamp < b.Status.Timestamp ? 1 : -1));
}
