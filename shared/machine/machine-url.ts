import { isIP } from 'node:net';
import { SlipwayError } from '../core/errors.ts';
import { ENGINE_PORT, type MachineStatus, SSH_PORT } from '../lab/machine.ts';

/** Where something of a machine answers, seen from its user's side. */
export interface Reach {
  address: string;
  port: number;
}

/** `tcp://address:port` of a machine's engine; undefined where it does not run or has no address yet. */
export function machineUrl(machine: MachineStatus): string | undefined {
  const reach = reachOf(machine, ENGINE_PORT);
  if (reach === undefined) return undefined;
  const host = isIP(reach.address) === 6 ? `[${reach.address}]` : reach.address;
  return `tcp://${host}:${reach.port}`;
}

/** @throws SlipwayError `conflict` in docker-machine's words where the machine does not run. */
export function runningUrl(machine: MachineStatus): string {
  return machineUrl(machine) ?? notRunning('Host is not running');
}

/** The bare address, as `ip` prints it. @throws SlipwayError `conflict` where the machine does not run. */
export function runningAddress(machine: MachineStatus): string {
  return reachOf(machine, ENGINE_PORT)?.address ?? notRunning('Host is not running');
}

/** Where `ssh` goes. @throws SlipwayError `conflict` in docker-machine's words where the machine does not run. */
export function sshReach(machine: MachineStatus): Reach {
  return (
    reachOf(machine, SSH_PORT) ?? notRunning(`Cannot run SSH command: Host "${machine.name}" is not running`)
  );
}

/** Where a port of the machine answers; the driver may have published it under another number. */
export function reachOf(machine: MachineStatus, port: number): Reach | undefined {
  if (machine.state !== 'Running' || machine.address === undefined) return undefined;
  return { address: machine.address, port: machine.ports[String(port)] ?? port };
}

function notRunning(message: string): never {
  throw new SlipwayError('conflict', message);
}
