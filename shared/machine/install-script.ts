/**
 * The script that cloud-init runs once on a new machine: files, name, keys, Docker where the image lacks it. Until it
 * went well it runs again at each boot, so that a reboot heals what a mirror that was down broke.
 * @param files calls of `put`: those that all machines of a launch share, and those of each as branches of a `case` by
 * launch index.
 */
export function installScript(files: { shared: string; own: string }): string {
  return `#!/bin/sh
# Makes this machine a Slipway host.
set -u
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH DEBIAN_FRONTEND=noninteractive
umask 022
log=/var/log/slipway-install.log
again=/var/lib/cloud/scripts/per-boot/slipway

# put MODE PATH: writes what it reads, never readable by more than it may be.
put() {
  mkdir -p "\${2%/*}"
  case $1 in 600) case $2 in /etc/slipway/* | /root/*) chmod 700 "\${2%/*}" ;; esac ;; esac
  (umask 077 && cat >"$2") && chmod "$1" "$2"
}

# fail WORDS: tells the console and the API, and ends.
fail() {
  echo "slipway: $1" >&2
  [ -n "\${SLIPWAY_TOKEN-}" ] || exit 1
  printf '%.1500s\\n' "$1" >/run/slipway-failure
  for pause in 0 2 5; do
    sleep "$pause"
    case $(printf 'header = "Authorization: Bearer %s"\\n' "$SLIPWAY_TOKEN" |
      curl --config - --silent --connect-timeout 3 --max-time 10 --header 'Content-Type: text/plain' \\
        --data-binary @/run/slipway-failure --output /dev/null --write-out '%{http_code}' \\
        "$SLIPWAY_API_URL/v1/enrol/failure?lab=$SLIPWAY_LAB&machine=$SLIPWAY_MACHINE") in
      [24]??) break ;;
    esac
  done
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# install PACKAGES: by whichever manager there is; each try has its time.
install() {
  if has dnf; then
    timeout 150 dnf -q -y install "$@"
  elif has apt-get; then
    timeout 60 dpkg --configure -a
    timeout 60 apt-get -q update &&
      timeout 150 apt-get -q -y -o DPkg::Lock::Timeout=60 install --no-install-recommends "$@"
  else
    echo 'this image has neither dnf nor apt-get'
    return 1
  fi
}

# need PROGRAM PACKAGE: installs what the image lacks, in four tries.
need() {
  has "$1" && return
  for pause in 2 5 15 0; do
    install "$2" >>"$log" 2>&1
    has "$1" && return
    sleep "$pause"
  done
  fail "this machine's image has no $1, and it could not be installed: $(tail -n 3 "$log" | tr '\\n' ' ')"
}

# Cloud-init's own copy of this script; a test may run another.
case $0 in
  /var/lib/cloud/*) [ "$0" = "$again" ] || { mkdir -p "\${again%/*}" && cp "$0" "$again" && chmod 700 "$again"; } ;;
esac

need curl curl

# Which machine of its launch it is, by EC2's metadata service, version 2.
imds=http://169.254.169.254/latest
index=
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  ticket=$(curl --silent --fail --max-time 2 --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 60' \\
    "$imds/api/token") &&
    index=$(printf 'header = "X-aws-ec2-metadata-token: %s"\\n' "$ticket" |
      curl --config - --silent --fail --max-time 2 "$imds/meta-data/ami-launch-index") && break
  sleep 1
done
[ -n "$index" ] || fail 'the metadata service did not tell the launch index'

${files.shared}
case $index in
${files.own}*) fail "launch index $index is not of this launch" ;;
esac
. /etc/slipway/settings.env

# Its name, which cloud-init would take back at the next boot.
[ ! -d /etc/cloud/cloud.cfg.d ] || echo 'preserve_hostname: true' >/etc/cloud/cloud.cfg.d/99-slipway.cfg
echo "$SLIPWAY_MACHINE" >/etc/hostname
hostname "$SLIPWAY_MACHINE" 2>/dev/null || hostnamectl set-hostname "$SLIPWAY_MACHINE"
grep -q " $SLIPWAY_MACHINE\\$" /etc/hosts || echo "127.0.1.1 $SLIPWAY_MACHINE" >>/etc/hosts

need openssl openssl
if ! has dockerd; then
  # Debian would start the engine before its time.
  policy=/usr/sbin/policy-rc.d
  if has apt-get && [ ! -e $policy ]; then
    printf '#!/bin/sh\\nexit 101\\n' >$policy
    chmod 755 $policy
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    need dockerd docker.io
    rm -f $policy
    trap - EXIT
  elif has apt-get; then
    need dockerd docker.io
  else
    need dockerd docker
  fi
fi

# The lab's key opens root, as on every host, and the image's own user, who may use Docker.
for user in ec2-user ubuntu admin debian; do
  home=$(getent passwd "$user" | cut -d: -f6)
  [ -n "$home" ] || continue
  mkdir -p -m 700 "$home/.ssh"
  cp /root/.ssh/authorized_keys "$home/.ssh/authorized_keys"
  chown -R "$user:" "$home/.ssh"
  usermod -aG docker "$user"
done
systemctl try-reload-or-restart ssh.service sshd.service 2>/dev/null

systemctl daemon-reload
systemctl enable docker.service >>"$log" 2>&1
if ! systemctl restart docker.service 2>>"$log"; then
  # An enrolment that failed has told why.
  systemctl is-failed --quiet slipway-enrol.service && exit 1
  fail "the Docker Engine did not start: $(journalctl -q -n 3 -o cat -u docker.service | tr '\\n' ' ')"
fi
rm -f "$again"
exit 0
`;
}
