import { placementOf } from '../cause-words.ts';
import { namesOf, unmetWords } from '../constraint-words.ts';
import { meetsConstraints, takesTasks } from '../constraints.ts';
import { type Finding, findingAt } from './finding.ts';
import { isWhole, type PlannedService, type PreflightInput, plannedServices } from './preflight-input.ts';

/** Constraints that no node meets, and more replicas than `max_replicas_per_node` lets the nodes take. */
export function checkPlacement(input: PreflightInput): Finding[] {
  return plannedServices(input).flatMap((planned) => [
    ...checkConstraints(input, planned),
    ...checkMostPerNode(input, planned),
  ]);
}

function checkConstraints(input: PreflightInput, { name, spec }: PlannedService): Finding[] {
  const { read, swarm, facts } = input;
  const { constraints } = placementOf({ Spec: spec });
  if (swarm === undefined || constraints.length === 0 || isIdle(spec)) return [];
  const path = ['services', name, 'deploy', 'placement', 'constraints'];
  const unmet = unmetWords(constraints, swarm.nodes);
  if (unmet !== undefined) {
    const guilty = constraints.findIndex(
      (each) => !swarm.nodes.some((node) => meetsConstraints(node, [each])),
    );
    // A global service without a node is at rest; a swarm that is still forming may yet have one.
    const level = isWhole(swarm, facts) && spec.Mode.Global === undefined ? 'error' : 'warning';
    return [
      findingAt(read, guilty < 0 ? path : [...path, guilty], {
        level,
        code: 'no_suitable_node',
        message: `${name} finds no node: ${unmet}`,
      }),
    ];
  }
  const meeting = swarm.nodes.filter((node) => meetsConstraints(node, constraints));
  if (meeting.length === 0 || meeting.some(takesTasks)) return [];
  return [
    findingAt(read, path, {
      level: 'warning',
      code: 'nodes_away',
      message: `${name} may run on ${namesOf(meeting)} alone, and ${meeting.length === 1 ? 'that node is' : 'those nodes are'} down, paused or drained: start or activate one (docker node update --availability active)`,
    }),
  ];
}

function checkMostPerNode(input: PreflightInput, { name, spec }: PlannedService): Finding[] {
  const { constraints, most } = placementOf({ Spec: spec });
  const replicas = spec.Mode.Replicated?.Replicas ?? 0;
  const nodes = nodesFor(input, constraints);
  if (most === 0 || nodes === undefined || nodes === 0 || most * nodes >= replicas) return [];
  return [
    findingAt(input.read, ['services', name, 'deploy', 'placement', 'max_replicas_per_node'], {
      level: 'warning',
      code: 'too_many_replicas',
      message: `${name} will stay at ${most * nodes} of ${replicas} replicas: max_replicas_per_node is ${most}, and ${nodes === 1 ? '1 node takes' : `${nodes} nodes take`} its tasks; raise it or lower replicas`,
    }),
  ];
}

/** How many nodes take its tasks; undefined where nobody can tell yet. */
export function nodesFor({ swarm, facts }: PreflightInput, constraints: string[]): number | undefined {
  if (swarm !== undefined && isWhole(swarm, facts)) {
    return swarm.nodes.filter((node) => takesTasks(node) && meetsConstraints(node, constraints)).length;
  }
  return constraints.length === 0 ? facts.machines : undefined;
}

function isIdle({ Mode }: PlannedService['spec']): boolean {
  return Mode.Replicated?.Replicas === 0;
}
