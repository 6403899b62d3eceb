import { z } from 'zod';
import { keepSshKey } from './certificates.ts';
import type { Context } from './context.ts';
import { Failure } from './errors.ts';
import { findMachine } from './find-machine.ts';

/** How ssh, scp and sshfs come to a machine. */
export interface SshReach {
  machine: string;
  user: string;
  address: string;
  port: number;
  keyFile: string;
}

const Inspected = z.object({
  Driver: z.object({ IPAddress: z.string(), SSHUser: z.string(), SSHPort: z.number() }),
});

/** docker-machine's own options of ssh. */
export const SSH_OPTIONS = [
  'ConnectionAttempts=3',
  'ConnectTimeout=10',
  'ControlMaster=no',
  'ControlPath=none',
  'LogLevel=quiet',
  'PasswordAuthentication=no',
  'ServerAliveInterval=60',
  'StrictHostKeyChecking=no',
  'UserKnownHostsFile=/dev/null',
].flatMap((option) => ['-o', option]);

/** Its own options of scp and sshfs. */
export const COPY_OPTIONS = [
  'StrictHostKeyChecking=no',
  'UserKnownHostsFile=/dev/null',
  'LogLevel=quiet',
].flatMap((option) => ['-o', option]);

/** @throws Failure in docker-machine's words where the machine does not run. */
export async function reachBySsh(context: Context, name: string | undefined): Promise<SshReach> {
  const api = await context.api();
  const lab = await context.lab();
  const machine = findMachine(context, lab, name);
  if (machine.state !== 'Running')
    throw new Failure(`Cannot run SSH command: Host "${machine.name}" is not running`);
  const { Driver } = Inspected.parse(await api.inspectMachine({ lab: lab.id, machine: machine.name }));
  const keyFile = await keepSshKey(context.terminal, api, { lab: lab.id, machine: machine.name });
  return {
    machine: machine.name,
    user: Driver.SSHUser,
    address: Driver.IPAddress,
    port: Driver.SSHPort,
    keyFile,
  };
}

/** What ssh ends with when it did not get through; it keeps quiet about why. */
const NOT_THROUGH = 255;

/** Runs a program of OpenSSH's on this terminal. @returns its exit code. */
export async function runSsh(
  context: Context,
  program: string,
  args: string[],
  reaches: SshReach[],
): Promise<number> {
  const code = await context.terminal.run(program, args);
  if (code === undefined) throw new Failure(`${program} is not installed on this machine`);
  if (code === NOT_THROUGH) {
    for (const { machine, user, address, port } of reaches) {
      context.note(
        `${program} ended with 255: ${machine} did not let ${user}@${address}, port ${port}, in, or has no SSH server that answers`,
      );
    }
  }
  return code;
}
