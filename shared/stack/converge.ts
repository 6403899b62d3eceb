import type { ServiceStatus } from '../lab/lab.ts';
import type { Engine, Node, Service, Task } from '../ports/engine.ts';

/** A stack's services as they are now, in words. */
export async function stackServices(engine: Engine, stack: string, nodes: Node[]): Promise<ServiceStatus[]> {
  const [services, tasks] = await Promise.all([engine.services({ stack }), engine.tasks({ stack })]);
  return serviceStatuses(services, tasks, nodes);
}

/** How many tasks each service has and should have, and why one that lacks some lacks them. */
export function serviceStatuses(services: Service[], tasks: Task[], nodes: Node[]): ServiceStatus[] {
  return services
    .map((service) =>
      statusOf(
        service,
        tasks.filter(({ ServiceID }) => ServiceID === service.ID),
        nodes,
      ),
    )
    .sort((a, b) => a.name.localeCompare(b.name));
}

function statusOf({ Spec }: Service, tasks: Task[], nodes: Node[]): ServiceStatus {
  const wanted = tasks.filter(({ DesiredState }) => DesiredState === 'running' || DesiredState === 'ready');
  const running = wanted.filter(({ Status }) => Status.State === 'running').length;
  const desired = Spec.Mode.Global
    ? Math.max(wanted.length, eligible(nodes))
    : (Spec.Mode.Replicated?.Replicas ?? 1);
  const failed = tasks.filter(
    ({ Status }) => Status.State === 'failed' || Status.State === 'rejected',
  ).length;
  const problem = running < desired ? problemOf(tasks) : undefined;
  return {
    name: Spec.Name,
    mode: Spec.Mode.Global ? 'global' : 'replicated',
    desired,
    running,
    failed,
    ...(problem === undefined ? {} : { problem }),
  };
}

/** Nodes that take tasks; constraints narrow them, which the tasks that exist then tell. */
function eligible(nodes: Node[]): number {
  return nodes.filter(({ Spec, Status }) => Spec.Availability === 'active' && Status.State === 'ready')
    .length;
}

/** The likely cause of the newest task that has an error, in words, with the Engine's own. */
function problemOf(tasks: Task[]): string | undefined {
  const newest = tasks
    .filter(({ Status }) => Status.Err !== undefined && Status.Err !== '')
    .sort((a, b) => b.Status.Timestamp.localeCompare(a.Status.Timestamp))[0];
  if (newest === undefined) return undefined;
  const error = newest.Status.Err ?? '';
  const cause = CAUSES.find(({ pattern }) => pattern.test(error))?.cause;
  return cause === undefined ? error : `${cause}: ${error}`;
}

const CAUSES = [
  {
    pattern: /no such image|manifest unknown|not found: manifest|pull access denied/i,
    cause: 'no such image',
  },
  { pattern: /port is already (in use|allocated)|port .* already in use/i, cause: 'port in use' },
  { pattern: /no suitable node/i, cause: 'no node fits it' },
  { pattern: /bind source path does not exist/i, cause: 'the path to mount is not on the node' },
  { pattern: /non-zero exit \(137\)/, cause: 'killed, most likely out of memory' },
  { pattern: /exec format error/i, cause: 'the image is for another architecture' },
  { pattern: /non-zero exit/, cause: 'the container ended by itself' },
  { pattern: /network .* not found/i, cause: 'its network is not ready' },
];
