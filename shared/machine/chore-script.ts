import type { Chore } from '../lab/machine.ts';
import { bootstrapFiles, type HostFile } from './bootstrap.ts';

/** Where a host keeps what its chores came to; on its disk, so that a reboot forgets nothing. */
const FOLDER = '/var/lib/slipway/chores';
const END = 'END_OF_SLIPWAY_FILE';

/** One asking for a chore on one machine: the same name, the same chore. */
export interface ChoreOrder {
  verb: Chore;
  /** Of the machine's launch, and of the request. */
  attempt: number;
  count: number;
  /** What `provision` puts in place again: the lab's public key. */
  sshPublicKey: string;
}

/**
 * A script for a host's shell that begins a chore and ends at once: the chore is a unit of systemd's own, because it takes
 * the engine away that brought the script. Begun already is done.
 */
export function choreScript(order: ChoreOrder): string {
  const name = nameOf(order);
  return `set -eu
umask 077
mkdir -p ${FOLDER}
cd ${FOLDER}
[ ! -e ${name}.begun ] || exit 0
cat >${name}.sh <<'${END}_SCRIPT'
${work(order)}${END}_SCRIPT
: >${name}.begun
exec systemd-run --quiet --collect --unit=slipway-chore-${name} /bin/sh -c \\
  'cd ${FOLDER}; sh ${name}.sh >${name}.log 2>&1; code=$?; { echo $code; tail -c 600 ${name}.log; } >${name}.part; mv ${name}.part ${name}.result'
`;
}

/** Prints what `readChoreResult` reads; exits 1 while the chore goes on. */
export function choreResultCommand(order: Pick<ChoreOrder, 'attempt' | 'count'>): string[] {
  return ['cat', `${FOLDER}/${nameOf(order)}.result`];
}

/** Of a chore that has ended: whether it went well, and its last line; of one that failed the lines before it too. */
export function readChoreResult(text: string): { ok: boolean; words: string } {
  const [code = '', ...lines] = text.split('\n');
  const ok = code.trim() === '0';
  const said = ok ? (lines.findLast((line) => line.trim() !== '') ?? '') : lines.join(' ');
  // A host is hostile ground, and the words end up in terminals.
  return {
    ok,
    words: said
      .replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
      .trim()
      .slice(-300),
  };
}

function nameOf({ attempt, count }: Pick<ChoreOrder, 'attempt' | 'count'>): string {
  return `${attempt}-${count}`;
}

function work({ verb, sshPublicKey }: ChoreOrder): string {
  if (verb === 'upgrade') return UPGRADE;
  if (verb === 'regenerate-certs') return ENROL_AGAIN;
  const key = { path: '/root/.ssh/authorized_keys', mode: 0o600, content: `${sshPublicKey.trim()}\n` };
  return [...bootstrapFiles(), key].map(put).join('') + ENROL_AGAIN;
}

/** As in user data: the file comes in a here-document that expands nothing. */
function put({ path, mode, content }: HostFile): string {
  const folder = path.slice(0, path.lastIndexOf('/'));
  return `mkdir -p ${folder}
cat >${path} <<'${END}'
${content}${END}
chmod ${mode.toString(8)} ${path}
`;
}

/** A new key and certificate for this machine's engine, which reads them at its start. */
const ENROL_AGAIN = `set -e
systemctl daemon-reload
systemctl restart slipway-enrol.service docker.service
echo 'a new server certificate is in place, and the engine restarted with it'
`;

/** By the image's own packages and their sources: the newest that they have is what there is. */
const UPGRADE = `export DEBIAN_FRONTEND=noninteractive LC_ALL=C
before=$(dockerd --version | sed 's/.*version \\([^ ,]*\\).*/\\1/')
if command -v apt-get >/dev/null; then
  there=$(dpkg-query -W -f '\${db:Status-Status} \${Package}\n' docker.io docker-ce docker-ce-cli containerd containerd.io runc 2>/dev/null |
    sed -n 's/^installed //p')
  timeout 120 apt-get -q -o Acquire::Retries=1 -o APT::Update::Error-Mode=any update ||
    { echo "its package source does not answer; the engine stays at $before"; exit 1; }
  timeout 300 apt-get -q -y -o DPkg::Lock::Timeout=60 install --only-upgrade --no-install-recommends $there ||
    { echo "its packages could not be upgraded; the engine stays at $before"; exit 1; }
else
  timeout 300 dnf -q -y --refresh upgrade docker containerd runc ||
    { echo "its package source does not answer; the engine stays at $before"; exit 1; }
fi
after=$(dockerd --version | sed 's/.*version \\([^ ,]*\\).*/\\1/')
if [ "$before" = "$after" ]; then
  printf '\\nthe engine is at %s, and its package source has nothing newer\\n' "$after"
  exit 0
fi
systemctl daemon-reload
systemctl restart docker.service || { echo "the engine of $after does not start"; exit 1; }
printf '\\nthe engine went from %s to %s\\n' "$before" "$after"
`;
