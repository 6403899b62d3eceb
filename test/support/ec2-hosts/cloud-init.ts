import type { HostFile } from '../../../shared/machine/bootstrap.ts';

/** What the fake tells a machine beneath it, before each boot. */
export interface BootFacts {
  /** This machine's address, as the instance reaches it. */
  gateway: string;
  metadataPort: number;
  /** How far the metadata service's answers travel: 1 reaches the machine, 2 its containers too. */
  hopLimit: number;
  privateAddress: string;
  publicAddress: string | undefined;
}

const FACTS = '/etc/fake-ec2.env';

export function bootFacts(facts: BootFacts): HostFile {
  const { gateway, metadataPort, hopLimit, privateAddress, publicAddress = '' } = facts;
  return {
    path: FACTS,
    mode: 0o644,
    content: `GATEWAY=${gateway}\nMETADATA_PORT=${metadataPort}\nHOPS=${hopLimit}\nPRIVATE=${privateAddress}\nPUBLIC=${publicAddress}\n`,
  };
}

/**
 * What an image of EC2 has beside its system: cloud-init, as far as a script in the user data goes, under cloud-init's own
 * unit names and paths. https://docs.cloud-init.io/en/latest/explanation/boot.html
 */
export function cloudInitFiles(): HostFile[] {
  return [
    { path: '/usr/local/lib/fake-ec2/network', mode: 0o755, content: networkScript },
    { path: '/usr/local/lib/fake-ec2/final', mode: 0o755, content: finalScript },
    { path: '/etc/systemd/system/cloud-init.service', mode: 0o644, content: networkUnit },
    { path: '/etc/systemd/system/cloud-final.service', mode: 0o644, content: finalUnit },
  ];
}

export const CLOUD_INIT_UNITS = ['cloud-init.service', 'cloud-final.service'];

const networkUnit = `[Unit]
Description=The wires of EC2, and this machine's SSH keys
DefaultDependencies=no
After=local-fs.target
Before=network-online.target ssh.service docker.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/lib/fake-ec2/network

[Install]
WantedBy=multi-user.target
`;

const finalUnit = `[Unit]
Description=Run the user data's scripts
Wants=network-online.target
After=network-online.target cloud-init.service ssh.service

[Service]
Type=oneshot
RemainAfterExit=yes
TimeoutStartSec=0
ExecStart=/usr/local/lib/fake-ec2/final

[Install]
WantedBy=multi-user.target
`;

/**
 * The machine's own connections to 169.254.169.254 end at the metadata service, which tells machines apart by the address
 * they come from; those of its containers do where the hop limit lets them, and are dropped where it does not. A public address, which no
 * interface has, is translated both ways, as the internet gateway does: the API sees it as where a machine calls from.
 */
const networkScript = `#!/bin/sh
set -eu
. ${FACTS}
nat() { iptables -w -t nat -A "$@"; }
nat OUTPUT -d 169.254.169.254 -p tcp --dport 80 -j DNAT --to-destination "$GATEWAY:$METADATA_PORT"
if [ -n "$PUBLIC" ]; then
  nat PREROUTING -d "$PUBLIC" -j DNAT --to-destination "$PRIVATE"
  nat POSTROUTING -d "$GATEWAY" -p tcp ! --dport "$METADATA_PORT" -j SNAT --to-source "$PUBLIC"
fi
if [ "$HOPS" -gt 1 ]; then
  nat PREROUTING -d 169.254.169.254 -p tcp --dport 80 -j DNAT --to-destination "$GATEWAY:$METADATA_PORT"
else
  # Docker leaves this chain to others and asks it first.
  iptables -w -N DOCKER-USER
  iptables -w -A DOCKER-USER -d 169.254.169.254 -j DROP
fi
[ -e /etc/ssh/ssh_host_ed25519_key ] || ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
`;

const finalScript = `#!/bin/sh
set -u
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
cloud=/var/lib/cloud
log=/var/log/cloud-init-output.log
imds=http://169.254.169.254/latest

ask() { curl --silent --fail --max-time 5 --header "X-aws-ec2-metadata-token: $ticket" "$imds/$1"; }

until ticket=$(curl --silent --fail --max-time 2 --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 600' "$imds/api/token"); do
  sleep 0.5
done
id=$(ask meta-data/instance-id) || exit 1
mkdir -p "$cloud/instances/$id/scripts" "$cloud/instances/$id/sem" "$cloud/scripts/per-boot"
ln -sfn "./instances/$id" "$cloud/instance"

# Module scripts-per-boot comes before scripts-user.
for script in "$cloud"/scripts/per-boot/*; do
  [ ! -x "$script" ] || "$script" >>"$log" 2>&1 || echo "$script ended with $?" >>"$log"
done

# Once per instance, whatever comes of it.
once=$cloud/instance/sem/config_scripts_user
[ ! -e "$once" ] || exit 0
: >"$once"
given=$cloud/instance/user-data.txt
(umask 077 && ask user-data >"$given") || exit 0
script=$cloud/instance/scripts/part-001
(umask 077 && { gzip -dc <"$given" 2>/dev/null || cat "$given"; } >"$script")
case $(head -c 2 "$script") in
  '#!') chmod 700 "$script" && "$script" >>"$log" 2>&1 || { echo "$script ended with $?" >>"$log"; exit 1; } ;;
  *) rm -f "$script" ;;
esac
`;
