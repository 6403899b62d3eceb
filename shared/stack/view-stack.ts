import { z } from 'zod';
import { iso } from '../core/clock.ts';
import { ServiceStatus } from '../lab/lab.ts';
import type { Engine, Node, Service, Task } from '../ports/engine.ts';
import { imageOf, nodeOf } from './cause-words.ts';
import { hasConverged, serviceStatuses } from './converge.ts';
import { explainService } from './explain-service.ts';
import { isWanted, newestFirst, timeOf } from './task-places.ts';

/** One task as people ask for it. */
export const TaskView = z
  .object({
    id: z.string(),
    node: z.string().optional().describe('Its node’s host name, once it has one'),
    slot: z.int().optional().describe('Which of the replicas; a global service has none'),
    state: z.string().describe('In Swarm’s words: new, pending, preparing, starting, running, failed …'),
    desired: z.string().describe('What the swarm means it to be'),
    since: z.string(),
    error: z.string().optional().describe('In the Engine’s own words'),
    exitCode: z.int().optional(),
  })
  .meta({ id: 'StackTask' });
export type TaskView = z.output<typeof TaskView>;

export const ServiceView = ServiceStatus.extend({
  id: z.string(),
  image: z.string(),
  converged: z.boolean(),
  tasks: z.array(TaskView).describe('Those wanted, then what has been, newest first; 60 at most'),
  logTail: z.array(z.string()).optional().describe('What its container last said, where it keeps ending'),
}).meta({ id: 'StackService' });
export type ServiceView = z.output<typeof ServiceView>;

/** A stack as it is this moment. */
export const StackView = z
  .object({ name: z.string(), converged: z.boolean(), services: z.array(ServiceView) })
  .meta({ id: 'LiveStack' });
export type StackView = z.output<typeof StackView>;

const MOST_TASKS = 60;
const LONGEST_ERROR = 300;
/** Each that is looked into asks a node for its log. */
const MOST_EXPLAINED = 12;

/** Asks a manager for a stack's services with their tasks, and why what lacks some lacks them. */
export async function viewStack(engine: Engine, name: string): Promise<StackView> {
  const [services, tasks, nodes] = await Promise.all([
    engine.services({ stack: name }),
    engine.tasks({ stack: name }),
    engine.nodes(),
  ]);
  const views = await viewServices(engine, { services, tasks, nodes });
  return { name, converged: views.every(({ converged }) => converged), services: views };
}

/** The same for any services, whoever made them; by name. */
export async function viewServices(
  engine: Engine,
  { services, tasks, nodes }: { services: Service[]; tasks: Task[]; nodes: Node[] },
): Promise<ServiceView[]> {
  const statuses = serviceStatuses(services, tasks, nodes);
  const late = statuses.filter((status) => !hasConverged(status)).slice(0, MOST_EXPLAINED);
  return await Promise.all(
    statuses.map(async (status) => {
      const service = services.find(({ Spec }) => Spec.Name === status.name) as Service;
      const explained = late.includes(status)
        ? await explainService(engine, service, status, { services, tasks, nodes })
        : { status };
      return {
        ...explained.status,
        id: service.ID,
        image: imageOf(service),
        converged: hasConverged(status),
        tasks: viewTasks(
          tasks.filter(({ ServiceID }) => ServiceID === service.ID),
          nodes,
        ),
        ...(explained.logTail === undefined ? {} : { logTail: explained.logTail }),
      };
    }),
  );
}

/** A service's tasks, those that the swarm wants first, by slot and node. */
export function viewTasks(tasks: Task[], nodes: Node[]): TaskView[] {
  const newest = newestFirst(tasks);
  const wanted = newest.filter(isWanted).sort((a, b) => (a.Slot ?? 0) - (b.Slot ?? 0));
  return [...wanted, ...newest.filter((task) => !isWanted(task))]
    .slice(0, MOST_TASKS)
    .map((task) => viewTask(task, nodes));
}

export function viewTask(task: Task, nodes: Node[]): TaskView {
  const { ID, Slot, DesiredState, Status } = task;
  const node = nodeOf(task, nodes);
  const ended = ['complete', 'failed', 'shutdown'].includes(Status.State);
  const exitCode = ended ? Status.ContainerStatus?.ExitCode : undefined;
  return {
    id: ID,
    ...(node === undefined ? {} : { node }),
    ...(Slot === undefined ? {} : { slot: Slot }),
    state: Status.State,
    desired: DesiredState,
    since: iso(timeOf(task)),
    ...(Status.Err ? { error: Status.Err.slice(0, LONGEST_ERROR) } : {}),
    ...(exitCode === undefined ? {} : { exitCode }),
  };
}
