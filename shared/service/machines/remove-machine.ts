import { SlipwayError } from '../../core/errors.ts';
import type { Lab } from '../../lab/lab.ts';
import type { Deps } from '../../ports/deps.ts';
import { findLab } from '../find-lab.ts';
import { findMachine } from '../find-machine.ts';
import { type LabWrite, type WriteDeps, writeSpec } from '../write-spec.ts';
import { guardedNodes, guardRemoval } from './guard-quorum.ts';
import { stillLeaving, withLeaving } from './leaving.ts';
import { requireOn } from './require-on.ts';

/**
 * Takes a machine out of a live lab: drained, demoted where it is a manager, left, forgotten by the swarm, destroyed.
 * @param request.force whatever becomes of the swarm.
 * @throws SlipwayError `quorum` where those that stay would be no majority; `conflict` for the last machine and where the lab
 * is off or still forms its swarm on it; `not_found` in docker-machine's words.
 */
export async function removeMachine(
  deps: WriteDeps & Pick<Deps, 'engines'>,
  write: LabWrite,
  { machine, force }: { machine: string; force: boolean },
): Promise<Lab> {
  const { lab } = await findLab(deps, write.caller, write.labId);
  const nodes = force ? [] : await guardedNodes(deps, lab);
  return await writeSpec(deps, write, (found) => {
    const going = stillLeaving(found).find(({ name }) => name === machine);
    // Asked again while it goes: the same, perhaps with more force.
    if (going !== undefined && !found.spec.machines.some(({ name }) => name === machine)) {
      return force === going.force ? undefined : withLeaving(found, found.spec, [{ name: machine, force }]);
    }
    const { spec } = findMachine(found, machine);
    requireOn(found, deps.clock.now());
    const machines = found.spec.machines.filter((one) => one !== spec);
    if (machines.length === 0) {
      throw new SlipwayError(
        'conflict',
        `${machine} is the lab's last machine; DELETE /v1/labs/${found.id} ends the lab`,
      );
    }
    const { swarm } = found.status;
    if (found.spec.swarm === 'formed' && swarm?.formedAt === undefined) {
      throw new SlipwayError('conflict', 'the lab still forms its swarm; ask again once it is ready', {
        retryable: true,
      });
    }
    if (!force) guardRemoval(found, swarm?.nodes ?? nodes, machine);
    return withLeaving(found, { ...found.spec, machines }, [{ name: machine, force }]);
  });
}
