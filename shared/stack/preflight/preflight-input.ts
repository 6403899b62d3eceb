import type { PortConfig, Service, ServiceSpec } from '../../ports/engine.ts';
import type { ReadStack } from '../compose/read-compose.ts';
import type { ComposeService } from '../compose/service.ts';
import type { StackObjects } from '../convert/convert-stack.ts';
import type { SwarmPicture } from './swarm-picture.ts';

/** What a stack is held against before it is deployed. */
export interface PreflightInput {
  /** Its name in the swarm. */
  stack: string;
  read: ReadStack;
  objects: StackObjects;
  /** Absent: the lab is not up yet, and the file alone is looked at. */
  swarm?: SwarmPicture;
  /** What the lab's other stacks publish, deployed already or not. */
  others: OtherStack[];
  facts: LabFacts;
}

export interface OtherStack {
  stack: string;
  /** `ingress`, where it does not say how. */
  ports: { port: number; protocol: PortConfig['Protocol']; mode?: PortConfig['PublishMode'] }[];
}

/** What the lab is meant to be. */
export interface LabFacts {
  /** Does the driver make containers its hosts, so that they lack what only a machine has? */
  hostsAreContainers: boolean;
  managers: number;
  machines: number;
}

/** A service of the file, and what is made of it. */
export interface PlannedService {
  /** As the file names it. */
  name: string;
  service: ComposeService;
  spec: ServiceSpec;
}

/** The converter makes one spec of each service, in the file's order. */
export function plannedServices({ read, objects }: PreflightInput): PlannedService[] {
  return Object.entries(read.file.services).flatMap(([name, service], index) => {
    const spec = objects.services[index];
    return spec === undefined ? [] : [{ name, service, spec }];
  });
}

/** The same service as an earlier deploy left it. */
export function formerOf({ spec }: PlannedService, swarm: SwarmPicture | undefined): Service | undefined {
  return swarm?.services.find(({ Spec }) => Spec.Name === spec.Name);
}

/** Have all machines joined? Before that, what no node has may yet come. */
export function isWhole(swarm: SwarmPicture, { machines }: LabFacts): boolean {
  return swarm.nodes.length >= machines;
}

/** How many tasks it is to have; a global service one on each of so many nodes. */
export function tasksWanted({ Mode }: ServiceSpec, nodes: number): number {
  if (Mode.Global || Mode.GlobalJob) return nodes;
  return Mode.ReplicatedJob
    ? Math.min(Mode.ReplicatedJob.MaxConcurrent ?? 1, Mode.ReplicatedJob.TotalCompletions ?? 1)
    : (Mode.Replicated?.Replicas ?? 1);
}
