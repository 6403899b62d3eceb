import { ENGINE_PORT, SSH_PORT, SWARM_PORT } from '../../lab/machine.ts';
import type { PortConfig, Service } from '../../ports/engine.ts';
import { placementOf } from '../cause-words.ts';
import { namesOf } from '../constraint-words.ts';
import { meetsConstraints, takesTasks } from '../constraints.ts';
import { STACK_LABEL } from '../convert/stack-names.ts';
import { type PublishedPort, publishedPortsByService } from '../published-ports.ts';
import { isWanted } from '../task-places.ts';
import { type Finding, findingAt } from './finding.ts';
import { type PreflightInput, plannedServices, tasksWanted } from './preflight-input.ts';
import type { SwarmPicture } from './swarm-picture.ts';

/** What every machine of a lab listens on itself; docs.docker.com, "Getting started with swarm mode", open ports. */
const MACHINES_OWN: Record<string, string> = {
  [`${SSH_PORT}/tcp`]: 'SSH',
  [`${ENGINE_PORT}/tcp`]: 'its Docker Engine',
  [`${SWARM_PORT}/tcp`]: 'the swarm’s managers',
  '7946/tcp': 'the swarm’s nodes',
  '7946/udp': 'the swarm’s nodes',
  '4789/udp': 'the overlay networks',
};

/** Ports that are taken: by the machines, within the file, by what runs, by the lab's other stacks. */
export function checkPorts(input: PreflightInput): Finding[] {
  const ports = publishedPortsByService(input.read);
  return ports.flatMap((port, index) => [
    ...machinesOwn(input, port),
    ...withinFile(input, port, ports.slice(0, index)),
    ...running(input, port),
    ...declared(input, port),
    ...onNodes(input, port),
  ]);
}

function machinesOwn(input: PreflightInput, port: PublishedPort): Finding[] {
  const owner = MACHINES_OWN[nameOf(port)];
  if (owner === undefined) return [];
  return [
    findPort(input, port, {
      level: 'error',
      code: 'port_of_machine',
      message: `${words(port)}, on which each machine has ${owner}: publish another, such as "${port.port + 8000}:…"`,
    }),
  ];
}

function withinFile(input: PreflightInput, port: PublishedPort, before: PublishedPort[]): Finding[] {
  const twin = before.find((other) => other.service !== port.service && clash(port, other));
  if (twin === undefined) return [];
  return [
    findPort(input, port, {
      level: 'error',
      code: 'port_twice',
      message: `${words(port)}, and so does ${twin.service}: give one of them another`,
    }),
  ];
}

function running(input: PreflightInput, port: PublishedPort): Finding[] {
  const own = `${input.stack}_${port.service}`;
  const holders = (input.swarm?.services ?? []).filter(
    (service) => service.Spec.Name !== own && portsOf(service).some((had) => clash(port, had)),
  );
  return holders.map((holder) => {
    const stack = holder.Spec.Labels[STACK_LABEL];
    const told = `${words(port)}, which ${holder.Spec.Name}${stack === undefined ? '' : ` of stack ${stack}`} publishes`;
    if (stack === input.stack && input.objects.services.some(({ Name }) => Name === holder.Spec.Name)) {
      return findPort(input, port, {
        level: 'warning',
        code: 'port_moves',
        message: `${told} now: it is free once that service is updated, and this one may be refused until then; deploy again if it is`,
      });
    }
    const cure =
      stack === input.stack
        ? `the file has that service no more: docker service rm ${holder.Spec.Name} first`
        : `publish another, or remove that ${stack === undefined ? 'service' : 'stack'} first`;
    return findPort(input, port, { level: 'error', code: 'port_taken', message: `${told}: ${cure}` });
  });
}

/** What is deployed is held against as it runs, not as it was asked for. */
function declared(input: PreflightInput, port: PublishedPort): Finding[] {
  const deployed = new Set(input.swarm?.services.map(({ Spec }) => Spec.Labels[STACK_LABEL]));
  return input.others
    .filter(({ stack }) => stack !== input.stack && !deployed.has(stack))
    .filter(({ ports }) => ports.some((other) => clash(port, { mode: 'ingress', ...other })))
    .map(({ stack }) =>
      findPort(input, port, {
        level: 'error',
        code: 'port_claimed',
        message: `${words(port)}, which stack ${stack} of this lab is to publish: publish another, or remove that stack`,
      }),
    );
}

/** A port on the nodes themselves: each node has it once. */
function onNodes(input: PreflightInput, port: PublishedPort): Finding[] {
  const planned = plannedServices(input).find(({ name }) => name === port.service);
  if (port.mode !== 'host' || planned === undefined || input.swarm === undefined) return [];
  const { swarm } = input;
  const { constraints } = placementOf({ Spec: planned.spec });
  const nodes = swarm.nodes.filter((node) => takesTasks(node) && meetsConstraints(node, constraints));
  const taken = nodes.filter(({ ID }) => holdsPort(swarm, ID, port, planned.spec.Name));
  const wanted = tasksWanted(planned.spec, nodes.length);
  const free = nodes.length - taken.length;
  if (free >= wanted || nodes.length === 0) return [];
  const by = taken.length === 0 ? '' : `; on ${namesOf(taken)} it is taken`;
  return [
    findPort(input, port, {
      level: free === 0 ? 'error' : 'warning',
      code: 'host_port_full',
      message: `${words(port)} on the nodes themselves, where each node has it once: ${free} of ${wanted} tasks find a node${by}; use fewer replicas, mode: global or mode: ingress`,
    }),
  ];
}

function holdsPort(
  { services, tasks }: SwarmPicture,
  node: string,
  port: PublishedPort,
  own: string,
): boolean {
  const holders = services.filter(
    (service) =>
      service.Spec.Name !== own &&
      portsOf(service).some((had) => had.mode === 'host' && nameOf(had) === nameOf(port)),
  );
  return tasks.some(
    (task) => task.NodeID === node && isWanted(task) && holders.some(({ ID }) => ID === task.ServiceID),
  );
}

type Port = Pick<PublishedPort, 'port' | 'protocol' | 'mode'>;

/** As the swarm gave them, those that it chose too. */
function portsOf({ Endpoint, Spec }: Service): Port[] {
  const given = Endpoint.Ports.length > 0 ? Endpoint.Ports : (Spec.EndpointSpec?.Ports ?? []);
  return (given as PortConfig[]).flatMap(({ PublishedPort, Protocol = 'tcp', PublishMode = 'ingress' }) =>
    PublishedPort === undefined ? [] : [{ port: PublishedPort, protocol: Protocol, mode: PublishMode }],
  );
}

/** As swarmkit's checkPortConflicts: only two ports on the nodes themselves may be one. */
function clash(a: Port, b: Port): boolean {
  return nameOf(a) === nameOf(b) && !(a.mode === 'host' && b.mode === 'host');
}

function nameOf({ port, protocol }: Pick<Port, 'port' | 'protocol'>): string {
  return `${port}/${protocol}`;
}

function words({ service, port, protocol }: PublishedPort): string {
  return `${service} publishes port ${port}${protocol === 'tcp' ? '' : `/${protocol}`}`;
}

function findPort(
  { read }: PreflightInput,
  { service }: PublishedPort,
  finding: Omit<Finding, 'pointer' | 'place'>,
): Finding {
  return findingAt(read, ['services', service, 'ports'], finding);
}
