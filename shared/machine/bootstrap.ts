import { isIP } from 'node:net';
import { SlipwayError } from '../core/errors.ts';

/** A file to put on a host, owned by root. */
export interface HostFile {
  path: string;
  mode: number;
  content: string;
}

const certificateFolder = '/etc/docker/slipway';
const enrolDeadlineSeconds = 60;
/** How long to ask for a new certificate where an older one can serve. */
const renewDeadlineSeconds = 5;

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

// POSIX sh with curl and openssl, nothing else: it must run on any image that has Docker.
const enrolScript = `#!/bin/sh
# Gets this host's server certificate from the Slipway API, on every boot, before the engine starts.
set -u
umask 077

current=${certificateFolder}
fresh=
whose="lab=$SLIPWAY_LAB&machine=$SLIPWAY_MACHINE"
patience=10

tell_time() { IFS=. read -r now _ </proc/uptime; }

# call PATH TYPE FILE: posts the file, prints the HTTP status; the answer is in ./answer, curl's words in ./problem.
# The token goes in by stdin, because anybody can read a command line.
call() {
  : >answer
  printf 'header = "Authorization: Bearer %s"\\n' "$SLIPWAY_TOKEN" |
    curl --config - --silent --show-error --connect-timeout 3 --max-time "$patience" --max-filesize 65536 \\
      --header "Content-Type: $2" --data-binary "@$3" --output answer --write-out '%{http_code}' \\
      "$SLIPWAY_API_URL$1" 2>problem
}

# fail WORDS: tells the journal and the API, and ends.
fail() {
  words=$1
  case $words in *"$SLIPWAY_TOKEN"*) words='enrolment failed; the reason is withheld because it held the token' ;; esac
  echo "$words" >&2
  printf '%.2000s\\n' "$words" >failure
  patience=4
  for pause in 0 1 2; do
    sleep "$pause"
    case $(call "/v1/enrol/failure?$whose" text/plain failure) in [24]??) break ;; esac
  done
  [ -z "$fresh" ] || rm -rf "$fresh"
  exit 1
}

# The words of whoever would not do it: curl's, or the API's answer, of which the beginning will do.
reason() {
  if [ -s problem ]; then head -c 500 problem; else head -c 500 answer; fi
}

# EC2's metadata service, version 2.
ask_metadata() {
  imds=http://169.254.169.254/latest
  ticket=$(curl --silent --fail --max-time 2 --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 60' \\
    "$imds/api/token") || return 1
  printf 'header = "X-aws-ec2-metadata-token: %s"\\n' "$ticket" |
    curl --config - --silent --fail --max-time 2 "$imds/meta-data/$1"
}

has_certificate() { [ -s $current/ca.pem ] && [ -s $current/cert.pem ] && [ -s $current/key.pem ]; }

# EC2 gives another public address at each start: a certificate that lacks it serves the control plane, and no student.
lacks_public_address() {
  [ -z "$SLIPWAY_ADDRESS" ] && public=$(ask_metadata public-ipv4) && [ -n "$public" ] || return 1
  ! openssl x509 -noout -checkip "$public" -in $current/cert.pem 2>/dev/null | grep -q 'does match'
}

# Before another attempt: false when time is up. The first pauses are short, since the API is often just starting.
pauses='0.1 0.1 0.2 0.2 0.2 0.2 0.5 0.5'
pause() {
  tell_time
  [ "$now" -lt "$end" ] || return 1
  set -- $pauses
  sleep "\${1:-1}"
  [ $# -eq 0 ] || shift
  pauses=$*
}

keep_or_fail() {
  if has_certificate; then
    echo "$1; the certificate of an earlier boot serves" >&2
    rm -rf "$fresh"
    exit 0
  fi
  fail "$1"
}

tell_time
began=$now
end=$((now + ${enrolDeadlineSeconds}))
if has_certificate; then
  end=$((now + ${renewDeadlineSeconds}))
  patience=3
fi

old=$(readlink $current)
for stale in /etc/docker/.slipway-*; do
  [ "$stale" = "$old" ] || rm -rf "$stale"
done
mkdir -p -m 755 /etc/docker
fresh=$(mktemp -d /etc/docker/.slipway-XXXXXXXX) || fail "cannot write to /etc/docker"
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$SLIPWAY_MACHINE" \\
  -keyout "$fresh/key.pem" -out request.pem 2>problem || fail "openssl could not make a key: $(reason)"

address=$SLIPWAY_ADDRESS
while [ -z "$address" ]; do
  address=$(ask_metadata local-ipv4) || address=
  [ -n "$address" ] || pause || keep_or_fail "the metadata service did not tell this machine's address"
done
if has_certificate && lacks_public_address; then
  end=$((began + ${enrolDeadlineSeconds}))
  patience=10
fi

while :; do
  status=$(call "/v1/enrol?$whose&address=$address" application/pkcs10 request.pem)
  case $status in
    200) break ;;
    408 | 425 | 429) ;;
    4??) fail "the API refused to enrol this machine ($status): $(reason)" ;;
  esac
  pause || keep_or_fail "the API at $SLIPWAY_API_URL could not enrol this machine in time (status $status): $(reason)"
done

# The answer is the server certificate, then the lab's CA.
count=0
while IFS= read -r line; do
  case $line in *'BEGIN CERTIFICATE'*) count=$((count + 1)) ;; esac
  case $count in
    0) ;;
    1) printf '%s\\n' "$line" >>"$fresh/cert.pem" ;;
    *) printf '%s\\n' "$line" >>"$fresh/ca.pem" ;;
  esac
done <answer
[ "$count" -ge 2 ] || fail "the API's answer holds $count certificates instead of two"
openssl verify -no_check_time -CAfile "$fresh/ca.pem" "$fresh/cert.pem" >problem 2>&1 ||
  fail "the API's answer is not a certificate of its CA: $(reason)"

# All three files change at once: the folder is a link, and a link is replaced whole.
ln -s "$fresh" "$fresh.new" && mv -fT "$fresh.new" $current || fail "cannot put the certificate in place"
[ -z "$old" ] || rm -rf "$old"
exit 0
`;
