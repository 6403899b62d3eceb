import { iso } from '../../core/clock.ts';
import { SlipwayError } from '../../core/errors.ts';
import type { Lab } from '../../lab/lab.ts';
import type { MachineRole, MachineSpec } from '../../lab/machine.ts';
import type { Deps } from '../../ports/deps.ts';
import { findLab } from '../find-lab.ts';
import { findMachine } from '../find-machine.ts';
import { type LabWrite, type WriteDeps, writeSpec } from '../write-spec.ts';
import { guardedNodes, guardRemoval } from './guard-quorum.ts';
import { withLeaving } from './leaving.ts';
import { requireOn } from './require-on.ts';

/**
 * Makes one machine anew in place: taken out of the swarm as for a removal, destroyed with its disk, launched under its name
 * and in the role that it had.
 * @throws SlipwayError as `removeMachine`
 */
export async function rebuildMachine(
  deps: WriteDeps & Pick<Deps, 'engines'>,
  write: LabWrite,
  { machine, force }: { machine: string; force: boolean },
): Promise<Lab> {
  const { lab } = await findLab(deps, write.caller, write.labId);
  const nodes = force ? [] : await guardedNodes(deps, lab);
  return await writeSpec(deps, write, (found) => {
    const { spec } = findMachine(found, machine);
    requireOn(found, deps.clock.now());
    const { swarm } = found.status;
    if (found.spec.swarm === 'formed' && swarm?.id === undefined) {
      throw new SlipwayError('conflict', 'the lab still forms its swarm; ask again once it is ready', {
        retryable: true,
      });
    }
    const isAlone = found.spec.machines.length === 1;
    if (!force && !isAlone) guardRemoval(found, swarm?.nodes ?? nodes, machine);
    const next: MachineSpec = {
      ...spec,
      role: roleNow(found, spec),
      power: 'on',
      rebuilds: (spec.rebuilds ?? 0) + 1,
      askedAt: iso(deps.clock.now()),
    };
    const machines = found.spec.machines.map((one) => (one === spec ? next : one));
    return withLeaving(found, { ...found.spec, machines }, force ? [{ name: machine, force }] : []);
  });
}

/** What its student made of it counts: one that was promoted comes back as a manager. */
function roleNow({ status }: Lab, { name, role }: MachineSpec): MachineRole {
  if (role === 'none') return role;
  return status.swarm?.nodes.find(({ hostname }) => hostname === name)?.role ?? role;
}
