import type { Cause, ServiceStatus } from '../lab/lab.ts';
import type { Engine, Node, Service, Task } from '../ports/engine.ts';
import { architectureWords, imageOf } from './cause-words.ts';
import { explainText } from './causes.ts';
import { logTail } from './log-tail.ts';
import { hasFailed, newestFirst } from './task-places.ts';

/** What more there is to say of a service that lacks tasks once somebody asks. */
export interface ServiceExplanation {
  status: ServiceStatus;
  /** The last lines of its newest task that ran and ended. */
  logTail?: string[];
}

/** Those whose container ran, so that it may have said why it ended. */
const SPOKE: ReadonlySet<Cause> = new Set(['crash_loop', 'out_of_memory', 'unhealthy', 'ended']);

/**
 * Looks deeper into why a service lacks tasks than the tasks themselves tell: into its log, for what only the program or
 * the kernel said there, and to the registry, for an image that is there and cannot be used. Takes about 3 s at most.
 * @param status as `serviceStatuses` has it.
 */
export async function explainService(
  engine: Engine,
  service: Service,
  status: ServiceStatus,
  { tasks, nodes, services }: { tasks: Task[]; nodes: Node[]; services: Service[] },
): Promise<ServiceExplanation> {
  const { cause } = status;
  if (cause === 'no_such_image') return { status: await withRegistry(engine, service, status, nodes) };
  if (cause === undefined || !SPOKE.has(cause)) return { status };
  const own = tasks.filter(({ ServiceID }) => ServiceID === service.ID);
  const ended = newestFirst(own).find((task) => hasFailed(task) || task.Status.State === 'complete');
  if (ended === undefined) return { status };
  const lines = await logTail(engine, ended.ID);
  if (lines.length === 0) return { status };
  // The kernel's refusal of a foreign program is the container's only output.
  const foreign = lines.findLast((line) => /exec format error/i.test(line));
  if (foreign === undefined) return { status, logTail: lines };
  const around = { service, services, nodes, failures: own.filter(hasFailed).length };
  return { status: { ...status, ...explainText(foreign, around, ended) }, logTail: lines };
}

/** A node that finds no image of its own kind says the same as one that finds none. */
async function withRegistry(
  engine: Engine,
  service: Service,
  status: ServiceStatus,
  nodes: Node[],
): Promise<ServiceStatus> {
  const image = imageOf(service);
  if ((await engine.findImage(image)) !== 'there') return status;
  const around = { service, services: [], nodes, failures: 0 };
  return {
    ...status,
    problem: `the manager finds ${image} and the node cannot use it: the node has not loaded it or does not reach its registry, or ${architectureWords(around)}`,
  };
}
