import { iso } from '../../core/clock.ts';
import { SlipwayError } from '../../core/errors.ts';
import type { Lab, LabSpec } from '../../lab/lab.ts';
import { scaleMachines } from '../../lab/new-machines.ts';
import { guardRemoval } from './guard-quorum.ts';
import { stillLeaving, withLeaving } from './leaving.ts';
import { requireOn } from './require-on.ts';

/**
 * The spec with so many machines of each role.
 * @throws SlipwayError `invalid_input` in a lab that comes without a swarm; `quorum` where those that stay would be no
 * majority; `conflict` where the lab is off or still forms its swarm.
 */
export function scaledSpec(lab: Lab, wanted: { managers: number; workers: number }, now: number): LabSpec {
  if (lab.spec.swarm === 'none') {
    const message = 'must be left out: this lab comes without a swarm; POST …/machines adds one';
    throw new SlipwayError('invalid_input', `machines ${message}`, {
      issues: [{ pointer: '/machines', message }],
    });
  }
  const taken = stillLeaving(lab).map(({ name }) => name);
  const { added, removed } = scaleMachines(lab.spec.machines, wanted, { askedAt: iso(now), taken });
  if (added.length === 0 && removed.length === 0) return lab.spec;
  requireOn(lab, now);
  const { swarm } = lab.status;
  if (removed.length > 0 && swarm?.formedAt === undefined) {
    throw new SlipwayError('conflict', 'the lab still forms its swarm; ask again once it is ready', {
      retryable: true,
    });
  }
  let spec = lab.spec;
  for (const name of removed) {
    guardRemoval({ ...lab, spec }, swarm?.nodes ?? [], name);
    const machines = spec.machines.filter((machine) => machine.name !== name);
    spec = withLeaving({ ...lab, spec }, { ...spec, machines }, [{ name, force: false }]);
  }
  return { ...spec, machines: [...spec.machines, ...added] };
}
