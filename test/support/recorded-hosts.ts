import { initSwarm, joinSwarm, swarmTokens } from '../../shared/engine/swarm.ts';
import type { Lab } from '../../shared/lab/lab.ts';
import type { FakeEngines, FakeHost } from './fake-engine.ts';

/** Puts hosts under a lab's record: its machines, up where the record says so, and the swarm that it tells of. */
export async function bringUp(
  engines: FakeEngines,
  hosts: FakeHost[],
  { id, spec, status }: Lab,
): Promise<void> {
  for (const { name, privateAddress, state } of status.machines) {
    hosts.push({
      id: hosts.length + 1,
      labId: id,
      name,
      privateAddress,
      power: state === 'Running' ? 'on' : 'off',
    });
  }
  const up = hosts.filter((host) => host.labId === id && host.power === 'on');
  const first = up.find(({ name }) => name === status.swarm?.firstManager);
  if (first === undefined || status.swarm?.formedAt === undefined) return;
  const manager = engines.machine(id, first.name);
  await initSwarm(manager, first.privateAddress);
  const tokens = await swarmTokens(manager);
  for (const { name, privateAddress } of up.filter((host) => host !== first)) {
    const role = spec.machines.find((machine) => machine.name === name)?.role;
    await joinSwarm(engines.machine(id, name), {
      role: role === 'manager' ? 'manager' : 'worker',
      advertiseAddress: privateAddress,
      tokens,
      managers: [`${first.privateAddress}:2377`],
    });
  }
}
