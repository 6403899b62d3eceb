import { isAbsolute } from '../compose/short-mount.ts';
import { type Finding, findingAt } from './finding.ts';
import { formerOf, type PlannedService, type PreflightInput, plannedServices } from './preflight-input.ts';

/** Paths that any host of a lab has; the host image is a Debian with systemd (docker-facts.md, section 1). */
export const PATHS_ON_EVERY_HOST = [
  '/',
  ...['bin', 'boot', 'dev', 'etc', 'home', 'lib', 'lib64', 'media', 'mnt', 'opt', 'proc', 'root', 'run'],
  ...['sbin', 'srv', 'sys', 'tmp', 'usr', 'var'],
  ...['dev/null', 'dev/shm', 'dev/pts', 'dev/random', 'dev/urandom', 'dev/zero'],
  ...['etc/group', 'etc/hostname', 'etc/hosts', 'etc/localtime', 'etc/machine-id', 'etc/os-release'],
  ...['etc/docker', 'etc/passwd', 'etc/resolv.conf', 'etc/ssl', 'etc/ssl/certs', 'etc/timezone'],
  ...['run/docker.sock', 'var/run/docker.sock', 'var/run', 'var/lib', 'var/lib/docker', 'var/log'],
  ...['var/lib/docker/containers', 'var/lib/docker/volumes', 'var/lib/docker/swarm', 'var/lib/docker/image'],
  ...['usr/bin', 'usr/bin/docker', 'usr/lib', 'usr/share', 'usr/share/zoneinfo', 'usr/src', 'var/tmp'],
].map((path) => (path === '/' ? path : `/${path}`));

/** Of the kernel, and the same in a container as on its machine. */
const KERNELS = ['/proc', '/sys'];
/** What a machine has and a container made to be a host has not. */
export const PATHS_ON_MACHINES_ONLY = ['/dev/disk', '/lib/modules', '/usr/lib/modules', '/cgroup'];
/** Where other systems keep things. */
const ELSEWHERE = ['/Users', '/Volumes', '/private', '/mnt/c', '/host_mnt', '/c', '/d'];

/** Binds of paths that the nodes lack: a task that mounts one is rejected. */
export function checkBinds(input: PreflightInput): Finding[] {
  return plannedServices(input).flatMap((planned) =>
    (planned.service.volumes ?? []).flatMap(({ type, source = '' }, index) => {
      const path = ['services', planned.name, 'volumes', index];
      if (type === 'npipe') return [notLinux(input, path, source)];
      // One beside the file has become a config.
      if (type !== 'bind' || !isAbsolute(source)) return [];
      return checkPath(input, planned, source, path);
    }),
  );
}

function checkPath(
  input: PreflightInput,
  planned: PlannedService,
  source: string,
  at: PropertyKey[],
): Finding[] {
  if (!source.startsWith('/')) return [notLinux(input, at, source)];
  const path = normalised(source);
  const under = (folders: string[]) =>
    folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
  if (PATHS_ON_EVERY_HOST.includes(path) || under(KERNELS)) return [];
  const cure = 'make it a volume, or send it with the stack as ./… and it becomes a config';
  if (under(ELSEWHERE)) {
    const message = `${source} is a path of your own computer, which no node has: ${cure}`;
    return [findingAt(input.read, at, { level: 'error', code: 'bind_missing', message })];
  }
  if (under(PATHS_ON_MACHINES_ONLY)) {
    if (!input.facts.hostsAreContainers) return [];
    const message = `${source} is not on the hosts of this lab, which are containers: leave the mount out`;
    return [findingAt(input.read, at, { level: 'error', code: 'bind_missing', message })];
  }
  if (runsAlready(input, planned, source)) return [];
  const message = `${source} must be there on each node that runs ${planned.name}, or its tasks are rejected: make it with docker-machine ssh NODE mkdir -p ${path}, or ${cure}`;
  return [findingAt(input.read, at, { level: 'warning', code: 'bind_unknown', message })];
}

function notLinux({ read }: PreflightInput, path: PropertyKey[], source: string): Finding {
  const message = `${source} is a path of Windows, and the nodes are Linux: leave the mount out, or name a path of theirs`;
  return findingAt(read, path, { level: 'error', code: 'bind_missing', message });
}

/** A task with the same mount runs, so the path is there where it runs. */
function runsAlready({ swarm }: PreflightInput, planned: PlannedService, source: string): boolean {
  const former = formerOf(planned, swarm);
  return (swarm?.tasks ?? []).some(({ ServiceID, Status, Spec }) => {
    if (ServiceID !== former?.ID || Status.State !== 'running') return false;
    const { Mounts = [] } = (Spec.ContainerSpec ?? {}) as { Mounts?: { Type?: string; Source?: string }[] };
    return Mounts.some((mount) => mount.Type === 'bind' && mount.Source === source);
  });
}

/** Without what says nothing: `/dev//disk/` is `/dev/disk`. */
function normalised(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
