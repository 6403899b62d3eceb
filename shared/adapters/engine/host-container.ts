import { randomBytes } from 'node:crypto';
import { pack } from 'tar-stream';
import type { HostProgram } from '../../ports/engine.ts';

/** Marks the containers and images of programs on a host. */
export const HOST_PROGRAM_LABEL = 'io.slipway.host-program';

/** A name that nobody else takes. */
export function newHostProgramName(): string {
  return `slipway-host-program-${randomBytes(8).toString('hex')}`;
}

const STDIN = 'stdin';
/** Where the machine's own root file system is, read-only. */
const HOST = 'host';
/** The machine's own programs and libraries, under the paths that they know themselves by. */
const FOLDERS = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'usr'];

/**
 * A root file system with nothing in it but the way to the machine's own, and what the program reads: no registry is
 * asked, and what the machine lacks is a link that leads nowhere.
 */
export async function hostImage({ stdin = new Uint8Array() }: HostProgram): Promise<Uint8Array> {
  const archive = pack();
  for (const folder of FOLDERS) {
    archive.entry({ name: folder, type: 'symlink', linkname: `${HOST}/${folder}` });
  }
  archive.entry({ name: HOST, type: 'directory', mode: 0o755 });
  archive.entry({ name: STDIN, mode: 0o600 }, Buffer.from(stdin));
  archive.finalize();
  const parts: Buffer[] = [];
  for await (const part of archive as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

/** Ends the program should nobody be left to end it; this long after it should have been. */
const GRACE_SECONDS = 5;
/**
 * `nsenter` steps out into the machine's own namespaces; the process numbers are the machine's by PidMode. It takes the
 * program's place, so what is killed is the program. `timeout` is for when we are gone.
 */
const SCRIPT = `exec <"/${STDIN}" timeout --signal=KILL "$0" nsenter --target=1 --mount --uts --ipc --net -- "$@"`;

/** The container that becomes the program. */
export function hostContainer(image: string, { command, deadlineSeconds }: HostProgram) {
  return {
    Image: image,
    Entrypoint: ['/bin/sh', '-c', SCRIPT, String(Math.ceil(deadlineSeconds) + GRACE_SECONDS)],
    Cmd: command,
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root'],
    WorkingDir: '/',
    User: '0:0',
    Labels: { [HOST_PROGRAM_LABEL]: '' },
    StopSignal: 'SIGKILL',
    HostConfig: {
      PidMode: 'host',
      NetworkMode: 'host',
      IpcMode: 'host',
      UTSMode: 'host',
      CgroupnsMode: 'host',
      // All that a machine may give: a host that is a container itself lacks this one, and is refused `Privileged`.
      CapAdd: ['ALL'],
      CapDrop: ['SYS_RESOURCE'],
      SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined', 'label=disable'],
      DeviceCgroupRules: ['a *:* rwm'],
      // The output goes to whoever is attached, not to the disk.
      LogConfig: { Type: 'none' },
      Mounts: [
        // Its other file systems are not held by it: a container that goes meanwhile can go.
        {
          Type: 'bind',
          Source: '/',
          Target: `/${HOST}`,
          ReadOnly: true,
          BindOptions: { NonRecursive: true },
        },
      ],
    },
  };
}
