import { z } from 'zod';
import { iso } from '../../core/clock.ts';
import { SlipwayError } from '../../core/errors.ts';
import type { Lab } from '../../lab/lab.ts';
import { MachineName, MachineRole, type MachineSpec } from '../../lab/machine.ts';
import { MOST_MACHINES, MOST_MANAGERS, nextName } from '../../lab/new-machines.ts';
import { type ClassRuleDeps, permitMachine } from '../classes/class-rules.ts';
import { type LabWrite, type WriteDeps, writeSpec } from '../write-spec.ts';
import { requireFreeName, stillLeaving, withLeaving } from './leaving.ts';
import { requireOn } from './require-on.ts';

/** What `POST /labs/{lab}/machines` takes. */
export const MachineRequest = z.strictObject({
  name: MachineName.optional().describe('The next in the manner of the lab’s own if left out'),
  role: MachineRole.optional().describe('worker if left out; none in a lab that comes without a swarm'),
});
export type MachineRequest = z.output<typeof MachineRequest>;

/**
 * Adds a machine to a live lab; in one whose swarm we form it joins by its role.
 * @returns the lab, and the name that it has.
 * @throws SlipwayError `conflict` where the name is taken or the lab is off; `quota` where it is full; `invalid_input` for a
 * role that the lab has not; `forbidden` where its class gives no more.
 */
export async function addMachine(
  deps: WriteDeps & Pick<ClassRuleDeps, 'classes' | 'catalogue'>,
  write: LabWrite,
  request: MachineRequest,
): Promise<{ lab: Lab; name: string }> {
  await permitMachine(deps, write);
  const lab = await writeSpec(deps, { ...write, body: request }, (found) => {
    requireOn(found, deps.clock.now());
    const role = roleOf(found, request);
    const name = request.name ?? freeName(found);
    requireFreeName(found, name);
    requireRoom(found, role === 'manager' ? 1 : 0);
    const machine: MachineSpec = { name, role, power: 'on', restarts: 0, askedAt: iso(deps.clock.now()) };
    return withLeaving(found, { ...found.spec, machines: [...found.spec.machines, machine] }, []);
  });
  // It was put last; a repeat finds it where the first one put it.
  const name = request.name ?? lab.spec.machines.at(-1)?.name ?? '';
  return { lab, name };
}

function freeName(lab: Lab): string {
  return nextName(
    lab.spec.machines,
    stillLeaving(lab).map(({ name }) => name),
  );
}

/** @throws SlipwayError `quota` with what is used and allowed. */
function requireRoom({ spec: { machines } }: Lab, managers: number, all = 1): void {
  const used = machines.filter(({ role }) => role === 'manager').length;
  if (machines.length + all > MOST_MACHINES) {
    throw new SlipwayError(
      'quota',
      `a lab has at most ${MOST_MACHINES} machines, and this one has ${machines.length}`,
      {
        facts: { used: machines.length, allowed: MOST_MACHINES },
      },
    );
  }
  if (managers > 0 && used + managers > MOST_MANAGERS) {
    throw new SlipwayError(
      'quota',
      `a swarm has at most ${MOST_MANAGERS} managers, and this one has ${used}`,
      {
        facts: { used, allowed: MOST_MANAGERS },
      },
    );
  }
}

function roleOf({ spec }: Lab, { role }: MachineRequest): MachineSpec['role'] {
  const formed = spec.swarm === 'formed';
  if (role === undefined) return formed ? 'worker' : 'none';
  if (formed === (role !== 'none')) return role;
  const message = formed
    ? 'must be manager or worker: this lab forms a swarm'
    : 'must be left out: this lab comes without a swarm, which you form with docker swarm join';
  throw new SlipwayError('invalid_input', `role ${message}`, { issues: [{ pointer: '/role', message }] });
}
