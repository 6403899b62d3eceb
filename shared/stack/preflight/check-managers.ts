import { placementOf } from '../cause-words.ts';
import { readConstraint } from '../constraints.ts';
import { type Finding, findingAt } from './finding.ts';
import { type PreflightInput, plannedServices } from './preflight-input.ts';

/** Raft's arithmetic, for a stack that is to stay up: docs.docker.com, "Administer and maintain a swarm of Docker Engines". */
export function checkManagers(input: PreflightInput): Finding[] {
  const { read, swarm, facts } = input;
  const managers = swarm?.nodes.filter(({ Spec }) => Spec.Role === 'manager').length ?? facts.managers;
  const machines = Math.max(swarm?.nodes.length ?? 0, facts.machines);
  if (machines < 2) return [];
  if (managers === 1) {
    const pinned = plannedServices(input).filter(({ spec }) =>
      placementOf({ Spec: spec }).constraints.some(asksForManager),
    );
    const general = findingAt(read, ['services'], {
      level: 'warning',
      code: 'one_manager',
      message:
        'the swarm has one manager: while it is down nothing is deployed, moved or started anew; three managers outlive one',
    });
    if (pinned.length === 0) return [general];
    return pinned.map(({ name }) =>
      findingAt(read, ['services', name, 'deploy', 'placement', 'constraints'], {
        level: 'warning',
        code: 'one_manager',
        message: `${name} runs on managers alone, and there is one: when that is down, so is ${name}, and nobody starts it elsewhere; three managers outlive one`,
      }),
    );
  }
  if (managers !== 2) return [];
  return [
    findingAt(read, ['services'], {
      level: 'warning',
      code: 'two_managers',
      message:
        'the swarm has two managers and needs both: when either is down nothing is deployed, moved or started anew; one is as safe, three outlive one',
    }),
  ];
}

function asksForManager(constraint: string): boolean {
  const { key, equal, wanted } = readConstraint(constraint);
  return key.toLowerCase() === 'node.role' && equal === (wanted.toLowerCase() === 'manager');
}
