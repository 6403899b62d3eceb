import { gzipSync } from 'node:zlib';
import { SlipwayError } from '../core/errors.ts';
import { bootstrapFiles, type HostFile, hostSettings } from './bootstrap.ts';
import { installScript } from './install-script.ts';

/** All that the machines of one launch are told; they share one user data, and each finds its own part in it. */
export interface LaunchedHosts {
  /** Where the hosts reach the API, without `/v1`. */
  apiUrl: string;
  labId: string;
  /** In the order of their launch index. */
  machines: { name: string; token: string }[];
  sshPublicKey: string;
  /** A registry that mirrors Docker Hub for the hosts. */
  mirrorUrl?: string;
}

/** EC2 takes 16 KB, before base64. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html */
const MOST_BYTES = 16 * 1024;

/**
 * User data for cloud-init on Amazon Linux 2023, Ubuntu and Debian, on either architecture: a script that makes the
 * machine a host by the same units and settings that every host has. The same for the same launch, byte by byte.
 * @returns plain where it fits, else compressed, which cloud-init reads as well.
 * @throws SlipwayError `driver_failed` where it does not fit even so.
 */
export function renderUserData(hosts: LaunchedHosts): Uint8Array {
  const plain = Buffer.from(userDataScript(hosts));
  if (plain.length <= MOST_BYTES) return plain;
  const packed = gzipSync(plain, { level: 9 });
  if (packed.length <= MOST_BYTES) return packed;
  throw new SlipwayError(
    'driver_failed',
    `the user data of ${hosts.machines.length} machines has ${packed.length} bytes compressed, and EC2 takes ${MOST_BYTES}: launch fewer machines at once`,
    { facts: { reason: 'refused' } },
  );
}

/** The script itself; POSIX sh. */
export function userDataScript({ machines, ...shared }: LaunchedHosts): string {
  const [first = [], ...others] = machines.map(({ name, token }) =>
    hostSettings({ ...shared, machine: name, token }),
  );
  const differs = ({ path, content }: HostFile) =>
    others.some((files) => files.find((file) => file.path === path)?.content !== content);
  const own = [first, ...others].map((files, index) => {
    const puts = files.filter((file) => differs(file) || others.length === 0).map(put);
    return `${index})\n${puts.join('')};;\n`;
  });
  const alike = others.length === 0 ? [] : first.filter((file) => !differs(file));
  return installScript({
    shared: [...bootstrapFiles(), ...machineFiles, ...alike].map(put).join(''),
    own: own.join(''),
  });
}

/** Files of a whole machine, which a container does not need. */
const machineFiles: HostFile[] = [
  {
    path: '/etc/systemd/system/slipway-enrol.service.d/network.conf',
    mode: 0o644,
    // A machine's network comes up while it boots; a certificate for its new address is worth the wait.
    content: '[Unit]\nWants=network-online.target\nAfter=network-online.target\n',
  },
  {
    path: '/etc/ssh/sshd_config.d/10-slipway.conf',
    mode: 0o600,
    // As on every host; some images let root in by no key.
    content: 'PermitRootLogin prohibit-password\nPasswordAuthentication no\n',
  },
];

const HEREDOC_END = 'END_OF_SLIPWAY_FILE';

/** A call of the script's `put`, with the file in a here-document that expands nothing. */
function put({ path, mode, content }: HostFile): string {
  if (!content.endsWith('\n') || content.split('\n').includes(HEREDOC_END)) {
    throw new SlipwayError('internal', `${path} cannot be put into user data`);
  }
  return `put ${mode.toString(8)} ${path} <<'${HEREDOC_END}'\n${content}${HEREDOC_END}\n`;
}
