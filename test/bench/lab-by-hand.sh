#!/usr/bin/env bash
# The best we can write by hand for what `POST /v1/labs {"template":"swarm"}` does: three hosts from the same image, a
# swarm of two managers and a worker, nginx x5 converged, everything in parallel that can be. It has it easier than
# Slipway: no TLS, no certificates, no records, no check of anything.
#   lab-by-hand.sh up   NAME IMAGE MIRROR_PORT PRIVILEGED COMPOSE_FILE
#   lab-by-hand.sh down NAME
set -euo pipefail
verb=$1 name=$2
nodes=(LINUXtips-01 LINUXtips-02 LINUXtips-03)
subnet=100.127.255
engine_of() { echo "tcp://$subnet.$(($1 + 2)):2375"; }

down() {
  docker rm -fv "${nodes[@]/#/$name-}" >/dev/null 2>&1 || true
  docker network rm "$name" >/dev/null 2>&1 || true
  for tree in /sys/fs/cgroup/*/slipway/"$name"; do
    [ -d "$tree" ] && find "$tree" -depth -type d -exec rmdir {} + || true
  done
  rm -f "/tmp/$name.conf"
}
if [ "$verb" = down ]; then down; exit 0; fi

image=$3 mirror=$4 privileged=$5 compose=$6
mirror_flag=()
[ -n "$mirror" ] && mirror_flag=("--registry-mirror=http://$subnet.1:$mirror")
cat >"/tmp/$name.conf" <<END
[Service]
ExecStart=
ExecStart=/usr/bin/env dockerd --containerd=/run/containerd/containerd.sock -H unix:///var/run/docker.sock -H tcp://0.0.0.0:2375 --tls=false --cgroup-parent=/slipway/$name ${mirror_flag[*]}
END
if [ "$privileged" = yes ]; then
  rights=(--privileged)
else
  rights=(--cap-add ALL --cap-drop SYS_RESOURCE --security-opt seccomp=unconfined --security-opt apparmor=unconfined
    --security-opt systempaths=unconfined --device-cgroup-rule 'a *:* rwm')
fi
cgroups=(-v /sys/fs/cgroup:/sys/fs/cgroup:rw)
[ -f /sys/fs/cgroup/cgroup.controllers ] && cgroups=(--cgroupns private)

docker network create --subnet "$subnet.0/26" --gateway "$subnet.1" "$name" >/dev/null
host() {
  docker run -d --name "$name-${nodes[$1]}" --hostname "${nodes[$1]}" --network "$name" --ip "$subnet.$(($1 + 2))" \
    "${rights[@]}" "${cgroups[@]}" --tmpfs /run --tmpfs /run/lock --tmpfs /tmp -e container=docker \
    --stop-signal SIGRTMIN+3 -v /var/lib/docker \
    -v "/tmp/$name.conf:/etc/systemd/system/docker.service.d/slipway.conf:ro" \
    -v /dev/null:/etc/systemd/system/slipway-enrol.service:ro "$image" /sbin/init >/dev/null
  until docker -H "$(engine_of "$1")" version >/dev/null 2>&1; do sleep 0.05; done
  docker -H "$(engine_of "$1")" pull -q nginx >/dev/null 2>&1 & # while the swarm is formed, as Slipway does
}
tokens=$(mktemp -d)
trap 'rm -rf "$tokens"' EXIT
member() { # index, role: comes up, then joins as soon as there is a token
  host "$1"
  until [ -s "$tokens/$2" ]; do sleep 0.02; done
  docker -H "$(engine_of "$1")" swarm join --token "$(cat "$tokens/$2")" --advertise-addr "$subnet.$(($1 + 2))" "$subnet.2:2377" >/dev/null
}
member 1 manager & second=$!
member 2 worker & third=$!
host 0
docker -H "$(engine_of 0)" swarm init --advertise-addr "$subnet.2" >/dev/null
for role in manager worker; do
  docker -H "$(engine_of 0)" swarm join-token -q "$role" >"$tokens/.$role" && mv "$tokens/.$role" "$tokens/$role" &
done
wait $second $third
docker -H "$(engine_of 0)" stack deploy --resolve-image never -c "$compose" webserver >/dev/null 2>&1
until [ "$(docker -H "$(engine_of 0)" service ls --format '{{.Replicas}}')" = 5/5 ]; do sleep 0.1; done
