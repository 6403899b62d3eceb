import type { Node, Service, Task } from '../ports/engine.ts';
import { hasHealthcheck, hasNetworks, imageOf, nodeOf, portsOf } from './cause-words.ts';
import { type Around, type Explanation, explainTask } from './causes.ts';
import { hasFailed, isOfSpec, isWanted, newestFirst, type Place, timeOf } from './task-places.ts';

/** A task that has been where it is for this long is stuck; swarm itself takes a tenth of a second. */
const STUCK_SECONDS = 10;

/**
 * So long an engine waits for another's answer about a network that was lost (the timer of libnetwork's bulkSyncNode;
 * github.com/moby/moby/issues/51701), and a little for the swarm to tell.
 */
const NETWORK_STALL_SECONDS = 35;

/** What a service that lacks tasks is told against. */
export interface LateAround {
  services: Service[];
  nodes: Node[];
  /** Milliseconds since the epoch. */
  now: number;
  /** Places without what they should have. */
  late: Place[];
}

/** Why a service has fewer tasks than it should: the newest error, or else what its tasks wait for. */
export function explainLate(service: Service, tasks: Task[], around: LateAround): Explanation | undefined {
  const relevant = ofPresentSpec(service, tasks);
  const told: Around = { ...around, service, failures: relevant.filter(hasFailed).length };
  for (const task of newestFirst(relevant)) {
    const explanation = explainTask(task, told);
    if (explanation !== undefined) return explanation;
  }
  const { State = '', Message = '' } = service.UpdateStatus ?? {};
  if (State.endsWith('paused')) return { cause: 'unknown', problem: `its update has stopped: ${Message}` };
  return waiting(service, around);
}

/** What went wrong before an update may be what the update puts right. */
function ofPresentSpec(service: Service, tasks: Task[]): Task[] {
  if (service.PreviousSpec === undefined) return tasks;
  const present = tasks.filter((task) => isOfSpec(task, service));
  const updated = Date.parse(service.UpdatedAt);
  return present.length > 0 ? present : tasks.filter((task) => timeOf(task) >= updated);
}

/** Nothing has failed: what do they wait for? */
function waiting(service: Service, { late, nodes, now }: LateAround): Explanation | undefined {
  const down = nodes.filter(({ Status }) => Status.State === 'down');
  for (const task of late.flat().filter(isWanted)) {
    const lost = down.find(({ ID }) => ID === task.NodeID);
    if (lost !== undefined) {
      const name = lost.Description.Hostname;
      return {
        cause: 'node_down',
        problem: `the node ${name} is down, and its task with it: start ${name}, or wait until the swarm has another in its place`,
      };
    }
    const seconds = (now - timeOf(task)) / 1000;
    if (seconds < STUCK_SECONDS) continue;
    const explanation = stuck(task, service, nodes, seconds);
    if (explanation !== undefined) return explanation;
  }
  return undefined;
}

function stuck(task: Task, service: Service, nodes: Node[], seconds: number): Explanation | undefined {
  const node = nodeOf(task, nodes) ?? 'its node';
  switch (task.Status.State) {
    // Seen where a network's range has no address left: the swarm says nothing, and tries on.
    case 'new':
      return {
        cause: 'network_not_ready',
        problem: `the swarm gives its tasks no address: most likely a network that it is on has none left, or overlaps another; give that network a larger subnet of its own (docker network inspect), and deploy again${ingressWords(service, nodes)}`,
      };
    case 'preparing': {
      const mayStall = nodes.length > 1 && hasNetworks(service) && seconds < NETWORK_STALL_SECONDS;
      const or = mayStall
        ? ', or its engine waits for what another node tells of a network, which ends by itself after 30 s'
        : '';
      return { cause: 'pulling', problem: `${node} still pulls ${imageOf(service)}${or}` };
    }
    case 'starting':
      return hasHealthcheck(service)
        ? { cause: 'unhealthy', problem: `its health check has not passed yet on ${node}` }
        : undefined;
    case 'assigned':
    case 'accepted':
      return {
        cause: 'node_down',
        problem: `${node} has not taken its task up: is its engine busy or gone?`,
      };
    default:
      return undefined;
  }
}

/** `docker stack rm` loses ingress addresses (decision 23); a swarm's leader counts them anew when it starts. */
function ingressWords({ Spec }: Service, nodes: Node[]): string {
  const leader = nodes.find(({ ManagerStatus }) => ManagerStatus?.Leader)?.Description.Hostname;
  // Of the spec: what has no address has no endpoint yet.
  const isOnIngress = portsOf(Spec).some(({ PublishMode }) => PublishMode !== 'host');
  if (leader === undefined || !isOnIngress) return '';
  return `. Where stacks came and went many times by docker stack rm, it is ingress that has none left: restart ${leader}, which leads the swarm`;
}
