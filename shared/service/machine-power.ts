import { SlipwayError } from '../core/errors.ts';
import type { Lab, LabSpec } from '../lab/lab.ts';
import type { MachineSpec } from '../lab/machine.ts';
import { quorumAfterLoss } from '../lab/quorum.ts';
import { findMachine } from './find-machine.ts';
import { requireLive } from './require-live.ts';
import { type LabWrite, type WriteDeps, writeSpec } from './write-spec.ts';

export const MACHINE_VERBS = ['start', 'stop', 'restart', 'kill'] as const;
export type MachineVerb = (typeof MACHINE_VERBS)[number];

/**
 * docker-machine's start, stop, restart and kill, as desired state: the reconciler carries it out.
 * @param request.force takes the swarm's majority away where that is what the course teaches.
 * @throws SlipwayError `quorum` where a stop or kill would lose the majority; `conflict` where the lab is off or
 * going down; `not_found`.
 */
export async function powerMachine(
  deps: WriteDeps,
  write: LabWrite,
  request: { machine: string; verb: MachineVerb; force: boolean },
): Promise<Lab> {
  const { machine, verb, force } = request;
  return await writeSpec(deps, write, (lab) => {
    const { spec } = findMachine(lab, machine);
    requireLive(lab, deps.clock.now());
    if (lab.spec.power === 'off') {
      throw new SlipwayError(
        'conflict',
        `lab ${lab.id} is switched off, and ${machine} with it; PATCH /v1/labs/${lab.id} {"power":"on"} first`,
      );
    }
    const next = after(verb, spec);
    if (next.power !== 'on' && spec.power === 'on' && !force) guardQuorum(lab, machine);
    return next === spec ? undefined : withMachine(lab.spec, next);
  });
}

function after(verb: MachineVerb, spec: MachineSpec): MachineSpec {
  if (verb === 'restart') return { ...spec, power: 'on', restarts: spec.restarts + 1 };
  const power = verb === 'start' ? 'on' : verb === 'stop' ? 'off' : 'killed';
  return spec.power === power ? spec : { ...spec, power };
}

/** Those asked to be off already count as lost, whether or not it shows yet. */
function guardQuorum({ spec, status }: Lab, machine: string): void {
  const off = spec.machines.filter(({ power }) => power !== 'on').map(({ name }) => name);
  const nodes = status.swarm?.nodes ?? [];
  const itself = nodes.some(({ hostname, role }) => hostname === machine && role === 'manager');
  const { ok, needed, managers, remaining, message } = quorumAfterLoss(nodes, [...off, machine]);
  if (ok || !itself) return;
  throw new SlipwayError('quorum', message, { facts: { needed, managers, remaining } });
}

function withMachine(spec: LabSpec, next: MachineSpec): LabSpec {
  return { ...spec, machines: spec.machines.map((machine) => (machine.name === next.name ? next : machine)) };
}
