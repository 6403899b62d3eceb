import { isIP } from 'node:net';
import { SlipwayError } from '../core/errors.ts';
import { certificateFolder, enrolDeadlineSeconds, enrolScript } from './enrol-script.ts';

/** A file to put on a host, owned by root. */
export interface HostFile {
  path: string;
  mode: number;
  content: string;
}

/**
 * What makes a machine with Docker and systemd a Slipway host, alike in a container and on EC2: nothing has to
 * be enabled, docker.service draws it in. Per-machine values come from `hostSettings`.
 */
export function bootstrapFiles(): HostFile[] {
  return [
    { path: '/usr/local/lib/slipway/enrol', mode: 0o755, content: enrolScript },
    { path: '/etc/systemd/system/slipway-enrol.service', mode: 0o644, content: enrolUnit },
    { path: '/etc/systemd/system/docker.service.d/slipway.conf', mode: 0o644, content: engineDropIn },
    { path: '/etc/systemd/system/slipway-ssh-keys.service', mode: 0o644, content: sshKeysUnit },
    { path: '/etc/systemd/system/ssh.service.d/slipway.conf', mode: 0o644, content: sshDropIn },
  ];
}

export interface HostSettings {
  /** Where the host reaches the API, without `/v1`. */
  apiUrl: string;
  labId: string;
  machine: string;
  /** This machine's enrolment token. */
  token: string;
  /** The host's fixed address in its lab's network; absent on EC2, where the host asks IMDSv2. */
  address?: string;
  sshPublicKey: string;
  /** A registry that mirrors Docker Hub for this host. */
  mirrorUrl?: string;
  /** More flags for dockerd, each of the form `--name=value`. */
  engineFlags?: string[];
}

/** The files of one machine; throws where a value could not be written safely or cannot be right. */
export function hostSettings(settings: HostSettings): HostFile[] {
  const enrolment = {
    SLIPWAY_API_URL: checkUrl('apiUrl', settings.apiUrl),
    SLIPWAY_LAB: checkName('labId', settings.labId),
    SLIPWAY_MACHINE: checkName('machine', settings.machine),
    SLIPWAY_TOKEN: checkPattern('token', settings.token, /^[A-Za-z0-9._~+/=-]{16,1024}$/),
    SLIPWAY_ADDRESS: settings.address === undefined ? '' : checkAddress(settings.address),
  };
  const flags = [...mirrorFlags(settings.mirrorUrl), ...(settings.engineFlags ?? [])];
  // systemd splits the value at blanks and reads quotes and backslashes in it: let none in.
  for (const flag of flags) checkPattern('engineFlags', flag, /^--[a-z][a-z-]*(=[A-Za-z0-9._:/@,=+[\]-]+)?$/);
  return [
    { path: '/etc/slipway/settings.env', mode: 0o600, content: environmentFile(enrolment) },
    {
      path: '/etc/slipway/engine.env',
      mode: 0o600,
      content: environmentFile({ SLIPWAY_ENGINE_FLAGS: flags.join(' ') }),
    },
    {
      path: '/root/.ssh/authorized_keys',
      mode: 0o600,
      content: `${checkPattern('sshPublicKey', settings.sshPublicKey.trim(), sshPublicKeyPattern)}\n`,
    },
  ];
}

// "type base64 comment": no options before it, and nothing that could begin a second line.
const sshPublicKeyPattern =
  /^(ssh|ecdsa|sk)-[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,3}( [^\p{Cc}\u2028\u2029]{1,200})?$/u;

function mirrorFlags(mirrorUrl: string | undefined): string[] {
  if (mirrorUrl === undefined) return [];
  const url = checkUrl('mirrorUrl', mirrorUrl);
  const insecure = url.startsWith('http://') ? [`--insecure-registry=${new URL(url).host}`] : [];
  return [`--registry-mirror=${url}`, ...insecure];
}

/** systemd's EnvironmentFile= syntax: within double quotes a backslash protects these four, nothing expands. */
function environmentFile(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([name, value]) => {
      checkPattern(name, value, /^[^\p{Cc}]*$/u);
      return `${name}="${value.replaceAll(/["\\$`]/g, '\\$&')}"\n`;
    })
    .join('');
}

function checkPattern(name: string, value: string, pattern: RegExp): string {
  // Values may be secret: the message names the setting only.
  if (!pattern.test(value))
    throw new SlipwayError('internal', `host setting ${name} holds characters it may not`);
  return value;
}

function checkName(name: string, value: string): string {
  return checkPattern(name, value, /^[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/);
}

function checkAddress(address: string): string {
  if (isIP(address) === 0) throw new SlipwayError('internal', 'host setting address is not an IP address');
  return address;
}

// A host name or address, a port, a plain path: nothing a URL, a shell or systemd could read another way.
const urlPattern =
  /^https?:\/\/(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)(:\d{1,5})?(\/[A-Za-z0-9._~/-]*)?$/;

function checkUrl(name: string, value: string): string {
  checkPattern(name, value, urlPattern);
  return new URL(value).href.replace(/\/+$/, '');
}

const enrolUnit = `[Unit]
Description=Get this host's certificate from Slipway
# Needs the network interface alone, which a container has from the start; elsewhere the script asks again.
DefaultDependencies=no
After=local-fs.target
Before=docker.service shutdown.target
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
EnvironmentFile=/etc/slipway/settings.env
RuntimeDirectory=slipway
RuntimeDirectoryMode=0700
WorkingDirectory=/run/slipway
ExecStart=/usr/local/lib/slipway/enrol
TimeoutStartSec=${enrolDeadlineSeconds + 30}
`;

const engineDropIn = `[Unit]
Requires=slipway-enrol.service
After=slipway-enrol.service

[Service]
EnvironmentFile=/etc/slipway/engine.env
ExecStart=
# By name: Debian has it in sbin, others in bin.
ExecStart=dockerd --containerd=/run/containerd/containerd.sock -H unix:///var/run/docker.sock -H tcp://0.0.0.0:2376 --tlsverify --tlscacert=${certificateFolder}/ca.pem --tlscert=${certificateFolder}/cert.pem --tlskey=${certificateFolder}/key.pem $SLIPWAY_ENGINE_FLAGS
`;

const sshKeysUnit = `[Unit]
Description=Make this host's SSH keys
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key
Before=ssh.service

[Service]
Type=oneshot
RemainAfterExit=yes
# Not ssh-keygen -A: its RSA key takes half a second of a core while the engine wants it.
ExecStart=/usr/bin/ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key
`;

const sshDropIn = `[Unit]
Wants=slipway-ssh-keys.service
After=slipway-ssh-keys.service
`;
