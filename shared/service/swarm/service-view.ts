import { z } from 'zod';
import { ServiceStatus } from '../../lab/lab.ts';
import type { Node, Service, Task } from '../../ports/engine.ts';
import { STACK_LABEL } from '../../stack/convert/stack-names.ts';
import { shortImage, TaskView, taskOrder, viewTask } from './task-view.ts';

/** A service as `docker service ls` shows it, and why it is not up. */
export const ServiceView = z
  .object({
    id: z.string(),
    name: z.string(),
    image: z.string(),
    mode: ServiceStatus.shape.mode,
    replicas: z.object({ running: z.int(), desired: z.int(), failed: z.int() }),
    ports: z.array(
      z.object({
        target: z.int(),
        published: z.int().optional(),
        protocol: z.enum(['tcp', 'udp', 'sctp']),
        mode: z.enum(['ingress', 'host']),
      }),
    ),
    stack: z.string().optional(),
    createdAt: z.string(),
    updatedAt: z.string(),
    error: ServiceStatus.shape.error.describe('The last task error in the Engine’s own words'),
    cause: ServiceStatus.shape.cause,
    problem: ServiceStatus.shape.problem.describe('The likely cause and its cure'),
  })
  .meta({ id: 'Service' });
export type ServiceView = z.output<typeof ServiceView>;

const engineWords = z.record(z.string(), z.unknown());
/** The same as `docker service inspect` and `docker service ps` show it. */
export const ServiceDetail = ServiceView.extend({
  version: z.int().describe('Counts its changes'),
  spec: engineWords.describe('In the Engine’s own words, as docker service inspect has it'),
  previousSpec: engineWords.optional().describe('What a rollback goes back to'),
  endpoint: z.object({
    Ports: z.array(engineWords),
    VirtualIPs: z.array(z.object({ NetworkID: z.string(), Addr: z.string() })),
  }),
  updateStatus: z.object({ State: z.string(), Message: z.string() }).optional(),
  tasks: z.array(TaskView).describe('The first of them; …/tasks has all'),
  logTail: z.array(z.string()).optional().describe('What its container last said, where it keeps ending'),
}).meta({ id: 'ServiceDetail' });
export type ServiceDetail = z.output<typeof ServiceDetail>;

const MOST_TASKS = 50;

export function viewService(service: Service, status: ServiceStatus | undefined): ServiceView {
  const { ID, Spec, Endpoint, CreatedAt, UpdatedAt } = service;
  const { mode = 'replicated', running = 0, desired = 0, failed = 0, error, cause, problem } = status ?? {};
  const stack = Spec.Labels[STACK_LABEL];
  return {
    id: ID,
    name: Spec.Name,
    image: shortImage((Spec.TaskTemplate.ContainerSpec as { Image?: string } | undefined)?.Image),
    mode,
    replicas: { running, desired, failed },
    ports: Endpoint.Ports.map(({ TargetPort, PublishedPort, Protocol, PublishMode }) => ({
      target: TargetPort,
      ...(PublishedPort === undefined ? {} : { published: PublishedPort }),
      protocol: Protocol,
      mode: PublishMode,
    })),
    ...(stack === undefined ? {} : { stack }),
    createdAt: CreatedAt,
    updatedAt: UpdatedAt,
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** @param tasks the service's own. */
export function viewServiceDetail(
  service: Service,
  tasks: Task[],
  nodes: Node[],
  { status, logTail }: { status: ServiceStatus | undefined; logTail?: string[] },
): ServiceDetail {
  const { Endpoint, PreviousSpec, UpdateStatus, Version, Spec } = service;
  const order = (task: Task) => taskOrder(task, Spec.Name);
  return {
    ...viewService(service, status),
    version: Version.Index,
    spec: { ...Spec },
    ...(PreviousSpec === undefined ? {} : { previousSpec: { ...PreviousSpec } }),
    endpoint: { Ports: Endpoint.Ports.map((port) => ({ ...port })), VirtualIPs: Endpoint.VirtualIPs },
    ...(UpdateStatus === undefined ? {} : { updateStatus: UpdateStatus }),
    tasks: [...tasks]
      .sort((a, b) => (order(a) < order(b) ? -1 : 1))
      .slice(0, MOST_TASKS)
      .map((task) => viewTask(task, service, nodes)),
    ...(logTail === undefined ? {} : { logTail }),
  };
}
