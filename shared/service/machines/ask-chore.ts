import { SlipwayError } from '../../core/errors.ts';
import type { Lab } from '../../lab/lab.ts';
import type { Chore } from '../../lab/machine.ts';
import { findMachine } from '../find-machine.ts';
import { type LabWrite, type WriteDeps, writeSpec } from '../write-spec.ts';
import { requireOn } from './require-on.ts';

/**
 * Asks for something to be done on a machine that runs; its outcome is in the lab's events.
 * @throws SlipwayError `conflict` in docker-machine's words where it does not run, and while another such thing goes on.
 */
export async function askChore(
  deps: WriteDeps,
  write: LabWrite,
  { machine, verb }: { machine: string; verb: Chore },
): Promise<Lab> {
  return await writeSpec(deps, write, (lab) => {
    const { spec, status } = findMachine(lab, machine);
    requireOn(lab, deps.clock.now());
    if (status.state !== 'Running') throw new SlipwayError('conflict', 'Host is not running');
    const isOver = spec.chore === undefined || isDone(spec.chore.count, status.chore);
    if (!isOver) {
      if (spec.chore?.verb === verb) return undefined;
      throw new SlipwayError(
        'conflict',
        `${spec.chore?.verb} still goes on on ${machine}; ask again in a moment`,
        {
          retryable: true,
          facts: { afterSeconds: 5 },
        },
      );
    }
    const next = { ...spec, chore: { verb, count: (spec.chore?.count ?? 0) + 1 } };
    return { ...lab.spec, machines: lab.spec.machines.map((one) => (one === spec ? next : one)) };
  });
}

function isDone(asked: number, begun: { count: number; endedAt?: string | undefined } | undefined): boolean {
  return begun?.count === asked && begun.endedAt !== undefined;
}
