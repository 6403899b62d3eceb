import {
  ADDRESS_LABEL,
  ATTEMPT_LABEL,
  DEPLOYMENT_LABEL,
  LAB_LABEL,
  MACHINE_LABEL,
  networkName,
} from './labels.ts';

/** One host to make. */
export interface Host {
  deployment: string;
  labId: string;
  machine: string;
  attempt: number;
  address: string;
  image: string;
  /** 2 gives each host a tree of its own; with 1 it shares this machine's. */
  cgroupVersion: string;
  privileged: boolean;
  /** Address of this machine on which to publish `ports`; absent: none are. */
  publishOn?: string;
  ports: number[];
}

/** Halts systemd cleanly. */
export const STOP_SIGNAL = 'SIGRTMIN+3';

/** A file of Docker's own that grows without end fills this machine's disk. */
const LOG = { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '1' } };

/** What `POST /containers/create` is sent: a container that boots systemd with a Docker Engine in it. */
export function hostContainer(host: Host): object {
  const ports = host.ports.map((port) => `${port}/tcp`);
  const bindings = host.publishOn === undefined ? [] : ports;
  const network = networkName(host.deployment, host.labId);
  const owned = {
    [DEPLOYMENT_LABEL]: host.deployment,
    [LAB_LABEL]: host.labId,
    [MACHINE_LABEL]: host.machine,
  };
  return {
    Image: host.image,
    Hostname: host.machine,
    Cmd: ['/sbin/init'],
    Env: ['container=docker'],
    StopSignal: STOP_SIGNAL,
    Labels: { ...owned, [ATTEMPT_LABEL]: String(host.attempt), [ADDRESS_LABEL]: host.address },
    ExposedPorts: Object.fromEntries(bindings.map((port) => [port, {}])),
    HostConfig: {
      ...rights(host),
      // Without a name, so that it goes with its container; with labels, so that it is found where it did not.
      Mounts: [{ Type: 'volume', Target: '/var/lib/docker', VolumeOptions: { Labels: owned } }],
      Tmpfs: { '/run': '', '/run/lock': '', '/tmp': '' },
      NetworkMode: network,
      // Docker chooses the port outside.
      PortBindings: Object.fromEntries(
        bindings.map((port) => [port, [{ HostIp: host.publishOn, HostPort: '' }]]),
      ),
      RestartPolicy: { Name: 'no' },
      LogConfig: LOG,
    },
    NetworkingConfig: {
      EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: host.address } } },
    },
  };
}

function rights({ privileged, cgroupVersion }: Host): object {
  const cgroups =
    cgroupVersion === '2'
      ? { CgroupnsMode: 'private' }
      : { CgroupnsMode: 'host', Binds: ['/sys/fs/cgroup:/sys/fs/cgroup:rw'] };
  if (privileged) return { ...cgroups, Privileged: true };
  return {
    ...cgroups,
    // All that `--privileged` gives but the one capability that this machine may lack itself.
    CapAdd: ['ALL'],
    CapDrop: ['SYS_RESOURCE'],
    SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined'],
    // What the docker command makes of `--security-opt systempaths=unconfined`.
    MaskedPaths: [],
    ReadonlyPaths: [],
    DeviceCgroupRules: ['a *:* rwm'],
  };
}

/** The one error that says that this machine cannot give all capabilities. */
export function isPrivilegeRefusal(error: unknown): boolean {
  return /unable to apply caps: operation not permitted/.test(String((error as Error).message));
}
