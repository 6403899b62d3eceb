import { iso } from '../core/clock.ts';
import type { ServiceStatus } from '../lab/lab.ts';
import type { Engine, Node, Service, Task } from '../ports/engine.ts';
import { placementOf, restartOf } from './cause-words.ts';
import type { Explanation } from './causes.ts';
import { unmetWords } from './constraint-words.ts';
import { meetsConstraints, takesTasks } from './constraints.ts';
import { explainLate } from './explain-late.ts';
import { hasFailed, isOfSpec, isWanted, newestFirst, type Place, placesOf, timeOf } from './task-places.ts';

/** A stack's services as they are now, in words, by name. */
export async function stackServices(
  engine: Engine,
  stackName: string,
  nodes: Node[],
  now?: number,
): Promise<ServiceStatus[]> {
  const [services, tasks] = await Promise.all([
    engine.services({ stack: stackName }),
    engine.tasks({ stack: stackName }),
  ]);
  return serviceStatuses(services, tasks, nodes, now);
}

/**
 * How many tasks each service has and should have, and why one that lacks some lacks them; whoever made it.
 * @param now tells how long a task has not moved; milliseconds since the epoch, by the engines' clocks.
 */
export function serviceStatuses(
  services: Service[],
  tasks: Task[],
  nodes: Node[],
  now: number = Date.now(),
): ServiceStatus[] {
  return services
    .map((service) => {
      const own = tasks.filter(({ ServiceID }) => ServiceID === service.ID);
      return statusOf(service, own, { services, nodes, now });
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * The same for a lab's record: without the Engine's own words, which are told when asked for, and with the moment from
 * which a service has lacked something kept from one look to the next, since a swarm forgets.
 */
export function recordedStatuses(now: ServiceStatus[], before: ServiceStatus[]): ServiceStatus[] {
  return now.map(({ error: _, ...status }) => {
    const since = before.find(({ name }) => name === status.name);
    const stays = since?.since !== undefined && !hasConverged(since) && !hasConverged(status);
    return stays && since.since !== undefined ? { ...status, since: since.since } : status;
  });
}

/** Has it all that it should have? A service that wants nothing has. */
export function hasConverged({ running, desired }: ServiceStatus): boolean {
  return running >= desired;
}

interface Surroundings {
  services: Service[];
  nodes: Node[];
  now: number;
}

function statusOf(service: Service, tasks: Task[], around: Surroundings): ServiceStatus {
  const { nodes } = around;
  const down = new Set(nodes.filter(({ Status }) => Status.State === 'down').map(({ ID }) => ID));
  const mode = modeOf(service);
  const isJob = mode.endsWith('-job');
  const places = placesOf(service, tasks);
  const runs = (task: Task) =>
    isWanted(task) && task.Status.State === 'running' && !down.has(task.NodeID) && isCurrent(task, service);
  // One that replaces another before that stops is not one more.
  const running = isJob ? [] : places.filter((place) => place.some(runs));
  const completed = places.filter((place) => !running.includes(place) && hasCompleted(place, service, isJob));
  const settled = [...running, ...completed];
  const desired = desiredOf(service, places, nodes);
  const late = placesWanted(places, service).filter((place) => !settled.includes(place));
  const why =
    settled.length < desired
      ? explainLate(service, tasks, { ...around, late })
      : desired === 0
        ? unplaced(service, nodes)
        : undefined;
  const since = sinceOf(service, settled.length < desired ? 'late' : 'settled', { settled, late, runs });
  return {
    name: service.Spec.Name,
    mode,
    desired,
    running: settled.length,
    ...(completed.length === 0 ? {} : { completed: completed.length }),
    failed: Math.min(late.filter(lastFailed).length, Math.max(0, desired - settled.length)),
    ...(since === undefined ? {} : { since }),
    ...why,
  };
}

/** Not those that a smaller number of replicas has left behind; one whose task is not started again has no other. */
function placesWanted(places: Place[], service: Service): Place[] {
  if (restartOf(service) !== 'any') return places;
  const wanted = places.filter((place) => place.some(isWanted));
  return wanted.length === 0 ? places : wanted;
}

function modeOf({ Spec: { Mode } }: Service): ServiceStatus['mode'] {
  if (Mode.Global) return 'global';
  if (Mode.GlobalJob) return 'global-job';
  return Mode.ReplicatedJob ? 'replicated-job' : 'replicated';
}

function desiredOf({ Spec }: Service, places: Place[], nodes: Node[]): number {
  const { Global, GlobalJob, ReplicatedJob, Replicated } = Spec.Mode;
  if (ReplicatedJob) return ReplicatedJob.TotalCompletions ?? ReplicatedJob.MaxConcurrent ?? 1;
  if (!Global && !GlobalJob) return Replicated?.Replicas ?? 1;
  const { constraints } = placementOf({ Spec });
  const hosts = nodes.filter((node) => takesTasks(node) && meetsConstraints(node, constraints));
  return Math.max(hosts.length, places.filter((place) => place.some(isWanted)).length);
}

/** While an update goes through the tasks, or has stopped half-way, those of before do not count. */
function isCurrent(task: Task, service: Service): boolean {
  const { State = 'completed' } = service.UpdateStatus ?? {};
  return State.endsWith('completed') || isOfSpec(task, service);
}

/** A job's task is done once it has ended well; a service's, if it is not to be started again after that. */
function hasCompleted(place: Place, service: Service, isJob: boolean): boolean {
  if (isJob) return place.some(({ Status }) => Status.State === 'complete');
  const [last] = place;
  const endedWell = last?.Status.State === 'complete' && (last.Status.ContainerStatus?.ExitCode ?? 0) === 0;
  return endedWell && restartOf(service) !== 'any' && isCurrent(last, service);
}

function lastFailed(place: Place): boolean {
  const last = place.find((task) => hasFailed(task) || ['complete', 'shutdown'].includes(task.Status.State));
  return last !== undefined && hasFailed(last);
}

/** A global service that runs nowhere is as it should be, and is not what anybody wants. */
function unplaced(service: Service, nodes: Node[]): Explanation | undefined {
  if (!service.Spec.Mode.Global && !service.Spec.Mode.GlobalJob) return undefined;
  const { constraints } = placementOf(service);
  const words = unmetWords(constraints, nodes);
  const problem =
    words ?? (constraints.length > 0 ? 'the nodes that meet its constraints take no tasks' : '');
  return problem === '' ? undefined : { cause: 'no_suitable_node', problem };
}

/** From the tasks that the swarm remembers, of each place the last five. */
function sinceOf(
  service: Service,
  state: 'late' | 'settled',
  { settled, late, runs }: { settled: Place[]; late: Place[]; runs: (task: Task) => boolean },
): string | undefined {
  const made = Date.parse(service.UpdatedAt);
  const times =
    state === 'settled'
      ? settled.map((place) => timeOf(place.find(runs) ?? (place[0] as Task)))
      : late.map(lateSince);
  const time = state === 'settled' ? Math.max(...times) : Math.min(...times);
  // Nothing that could tell: it has been so since it was asked for.
  const known = Number.isFinite(time) ? time : made;
  return Number.isFinite(known) ? iso(known) : undefined;
}

/** When the first of those failed that have failed in a row. */
function lateSince(place: Place): number {
  const newest = newestFirst(place);
  const ran = newest.findIndex(({ Status }) => Status.State === 'running' || Status.State === 'shutdown');
  const row = ran < 0 ? newest : newest.slice(0, ran);
  return timeOf((row.at(-1) ?? newest[0]) as Task);
}
