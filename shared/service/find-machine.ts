import { SlipwayError } from '../core/errors.ts';
import type { Lab } from '../lab/lab.ts';
import type { MachineSpec, MachineStatus } from '../lab/machine.ts';

/**
 * One machine of a lab, as asked for and as observed.
 * @throws SlipwayError `not_found` in docker-machine's words.
 */
export function findMachine(lab: Lab, name: string): { spec: MachineSpec; status: MachineStatus } {
  const spec = lab.spec.machines.find((machine) => machine.name === name);
  if (spec === undefined) {
    throw new SlipwayError(
      'not_found',
      `Docker machine "${name.slice(0, 63)}" does not exist. GET /v1/labs/${lab.id}/machines lists: ${lab.spec.machines.map((machine) => machine.name).join(', ')}`,
    );
  }
  const status = lab.status.machines.find((machine) => machine.name === name);
  return { spec, status: status ?? onItsWay(name) };
}

/** Asked for and not listed yet. */
function onItsWay(name: string): MachineStatus {
  return { name, attempt: 0, state: 'Starting', privateAddress: '', ports: {}, restarts: 0 };
}
