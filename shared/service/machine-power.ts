import type { Lab, LabSpec } from '../lab/lab.ts';
import type { MachineSpec } from '../lab/machine.ts';
import type { Deps } from '../ports/deps.ts';
import { findLab } from './find-lab.ts';
import { findMachine } from './find-machine.ts';
import { guardedNodes, guardLoss } from './machines/guard-quorum.ts';
import { requireOn } from './machines/require-on.ts';
import { requireStoppable } from './require-stoppable.ts';
import { type LabWrite, type WriteDeps, writeSpec } from './write-spec.ts';

export const MACHINE_VERBS = ['start', 'stop', 'restart', 'kill'] as const;
export type MachineVerb = (typeof MACHINE_VERBS)[number];

/**
 * docker-machine's start, stop, restart and kill, as desired state: the reconciler carries it out.
 * @param request.force takes the swarm's majority away where that is what the course teaches.
 * @throws SlipwayError `quorum` where a stop or kill would lose the majority; `conflict` where the lab is off,
 * going down or made never to be stopped; `not_found`.
 */
export async function powerMachine(
  deps: WriteDeps & Pick<Deps, 'engines'>,
  write: LabWrite,
  request: { machine: string; verb: MachineVerb; force: boolean },
): Promise<Lab> {
  const { machine, verb, force } = request;
  const { lab: seen } = await findLab(deps, write.caller, write.labId);
  const isGuarded = !force && (verb === 'stop' || verb === 'kill');
  const nodes = isGuarded ? await guardedNodes(deps, seen) : [];
  return await writeSpec(deps, write, (lab) => {
    const { spec } = findMachine(lab, machine);
    requireOn(lab, deps.clock.now());
    if (verb === 'stop' || verb === 'kill') requireStoppable(lab);
    const next = after(verb, spec);
    if (next.power !== 'on' && spec.power === 'on' && !force) guardLoss(lab, nodes, machine);
    return next === spec ? undefined : withMachine(lab.spec, next);
  });
}

function after(verb: MachineVerb, spec: MachineSpec): MachineSpec {
  if (verb === 'restart') return { ...spec, power: 'on', restarts: spec.restarts + 1 };
  const power = verb === 'start' ? 'on' : verb === 'stop' ? 'off' : 'killed';
  return spec.power === power ? spec : { ...spec, power };
}

function withMachine(spec: LabSpec, next: MachineSpec): LabSpec {
  return { ...spec, machines: spec.machines.map((machine) => (machine.name === next.name ? next : machine)) };
}
