import type { Node, PortConfig, Service, Task } from '../ports/engine.ts';
import type { Around, Explanation } from './causes.ts';
import { namesOf, unmetWords } from './constraint-words.ts';
import { takesTasks } from './constraints.ts';
import { cpuWords, reservedBy, sizeWords } from './reservations.ts';

/** The scheduler's reasons, each with the nodes it holds for, in words, and what is behind those that can be told. */
export function noNodeWords(reasons: string, { service, nodes }: Around): string {
  const placement = placementOf(service);
  const told = reasons
    .replace(/scheduling constraints not satisfied/g, 'its constraints are not met')
    .replace(/insufficient resources/g, 'what it reserves is not free')
    .replace(/host-mode port already in use/g, 'the port is in use')
    .replace(
      /max replicas per node limit exceed(?:ed)?/g,
      `max_replicas_per_node (${placement.most}) is reached`,
    )
    .replace(/unsupported platform/g, 'the image is for another kind of machine')
    .replace(/(\d+) nodes? not available for new tasks/g, (_, count: string) => notAvailable(count, nodes));
  const more = [
    /scheduling constraints/.test(reasons) ? unmetWords(placement.constraints, nodes) : undefined,
    /insufficient resources/.test(reasons) ? reservationWords(service, nodes) : undefined,
    /max replicas/.test(reasons) ? 'fewer replicas, more nodes or a higher limit' : undefined,
  ].filter((words) => words !== undefined);
  return `no node suits it: ${told}${more.length === 0 ? '' : ` (${more.join('; ')})`}`;
}

function notAvailable(count: string, nodes: Node[]): string {
  const idle = nodes.filter((node) => !takesTasks(node));
  const names = idle.length === 0 ? '' : `: ${namesOf(idle)}`;
  return `${count} ${count === '1' ? 'is' : 'are'} down, paused or drained${names}`;
}

function reservationWords(service: Service, nodes: Node[]): string {
  const { cpus, bytes } = reservedBy(service.Spec.TaskTemplate);
  const most = (of: (node: Node) => number) => Math.max(0, ...nodes.map(of));
  const parts = [
    cpus > 0
      ? `${cpuWords(cpus)}, of ${cpuWords(most((node) => node.Description.Resources.NanoCPUs))} at most on a node`
      : undefined,
    bytes > 0
      ? `${sizeWords(bytes)}, of ${sizeWords(most((node) => node.Description.Resources.MemoryBytes))} at most on a node`
      : undefined,
  ].filter((words) => words !== undefined);
  return `each task reserves ${parts.join(' and ')}: lower deploy.resources.reservations or remove something`;
}

/** @param at the port that the Engine names, and the task whose node has it. */
export function portWords(
  { service, services, nodes }: Around,
  at: { port?: string | undefined; task?: Task } = {},
): string {
  const own = hostPorts(service);
  const ports = at.port === undefined ? own.map(portName) : [at.port];
  const node = at.task === undefined ? undefined : nodeOf(at.task, nodes);
  const where = node === undefined ? '' : ` on ${node}`;
  const which = ports.length === 0 ? 'a port it publishes' : `the port ${ports.join(', ')} that it publishes`;
  const holders = services
    .filter(
      ({ ID, Spec }) => ID !== service.ID && portsOf(Spec).some((port) => ports.includes(portName(port))),
    )
    .map(({ Spec }) => Spec.Name);
  const by = holders.length === 0 ? '' : `, by ${holders.join(' and ')}`;
  return `${which} is in use${where}${by}; publish another, or stop what has it`;
}

export function bindWords(path: string, { nodes }: Around, task: Task): string {
  const node = nodeOf(task, nodes);
  return `the path ${path} to mount is not on the node${node === undefined ? '' : ` ${node}`}: make it there (docker-machine ssh ${node ?? 'NODE'} mkdir -p ${path}), or use a volume or a config`;
}

/** Swarm's own name for a machine is not the one that images have. */
export function architectureWords({ service, nodes }: Around): string {
  const kinds = [...new Set(nodes.map(({ Description }) => Description.Platform.Architecture))].filter(
    (kind) => kind !== '',
  );
  const nodeWords = kinds.length === 0 ? 'its node' : `the nodes, which are ${kinds.join(' and ')}`;
  return `the image is for another kind of machine than ${nodeWords}: use a tag of ${imageOf(service)} made for them`;
}

export function killedWords(service: Service): string {
  const { Limits } = (service.Spec.TaskTemplate.Resources ?? {}) as { Limits?: { MemoryBytes?: number } };
  const bytes = Limits?.MemoryBytes ?? 0;
  if (bytes > 0) {
    return `it was killed (137), most likely out of memory: its limit is ${sizeWords(bytes)}; raise deploy.resources.limits.memory`;
  }
  return 'it was killed (137), most likely because its node was out of memory: it has no limit of its own; set deploy.resources.limits.memory, or use fewer replicas';
}

/** What shells and signals mean by an exit code; bash(1), "EXIT STATUS". */
const CODES: Record<number, string> = {
  126: 'its command may not be run',
  127: 'its command was not found',
  134: 'it aborted (SIGABRT)',
  139: 'it read memory that is not its own (SIGSEGV)',
  143: 'it was asked to end (SIGTERM)',
};

export function crashWords(code: number, { service, failures }: Around): string {
  const meaning = CODES[code] === undefined ? '' : `, ${CODES[code]}`;
  const times = failures > 1 ? `, ${failures} times of late` : '';
  const end =
    restartOf(service) === 'none' ? ', and its restart_policy is none, so it stays so' : ': read its logs';
  return `its container ends by itself with exit code ${code}${meaning}${times}${end}`;
}

/** A task that ended well in a service that was to keep on. */
export function endedWords(task: Task, { service }: Around): Explanation {
  const code = task.Status.ContainerStatus?.ExitCode ?? 0;
  if (hasHealthcheck(service)) {
    return {
      cause: 'unhealthy',
      problem: `its container ended with exit code ${code}: most likely ${unhealthyWords()}`,
    };
  }
  return {
    cause: 'ended',
    problem: `its container ended by itself with exit code ${code}; a service must keep running: give it a command that stays, or restart_policy: {condition: on-failure} if it is to run once`,
  };
}

export function unhealthyWords(): string {
  return 'its health check fails: try its command in the container (docker exec), or give it a longer start_period';
}

export function imageOf({ Spec }: Service): string {
  const { Image = 'its image' } = (Spec.TaskTemplate.ContainerSpec ?? {}) as { Image?: string };
  // A digest tells a person nothing.
  return Image.replace(/@sha256:[0-9a-f]+$/, '');
}

export function placementOf({ Spec }: Pick<Service, 'Spec'>): { constraints: string[]; most: number } {
  const { Constraints, MaxReplicas } = (Spec.TaskTemplate.Placement ?? {}) as {
    Constraints?: string[];
    MaxReplicas?: number;
  };
  return { constraints: Constraints ?? [], most: MaxReplicas ?? 0 };
}

/** Swarm starts a task anew whatever its end unless told. */
export function restartOf({ Spec }: Service): 'any' | 'on-failure' | 'none' {
  const { Condition } = (Spec.TaskTemplate.RestartPolicy ?? {}) as { Condition?: string };
  return Condition === 'none' || Condition === 'on-failure' ? Condition : 'any';
}

export function hasHealthcheck({ Spec }: Service): boolean {
  const { Healthcheck } = (Spec.TaskTemplate.ContainerSpec ?? {}) as { Healthcheck?: { Test?: string[] } };
  return Healthcheck?.Test !== undefined && Healthcheck.Test[0] !== 'NONE' && Healthcheck.Test.length > 0;
}

/** Does it name networks of its own? */
export function hasNetworks({ Spec }: Service): boolean {
  return ((Spec.TaskTemplate.Networks ?? []) as unknown[]).length > 0;
}

export function nodeOf({ NodeID }: Task, nodes: Node[]): string | undefined {
  return nodes.find(({ ID }) => ID === NodeID)?.Description.Hostname || undefined;
}

export function portsOf({ EndpointSpec }: Service['Spec']): PortConfig[] {
  return (EndpointSpec?.Ports ?? []) as PortConfig[];
}

function hostPorts({ Spec }: Service): PortConfig[] {
  return portsOf(Spec).filter(({ PublishMode, PublishedPort }) => PublishMode === 'host' && PublishedPort);
}

function portName({ PublishedPort, Protocol = 'tcp' }: PortConfig): string {
  return Protocol === 'tcp' ? String(PublishedPort) : `${PublishedPort}/${Protocol}`;
}
