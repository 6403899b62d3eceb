/** Where a host keeps the CA of its lab, its certificate and its key. */
export const certificateFolder = '/etc/docker/slipway';
/** How long it asks for its first certificate. */
export const enrolDeadlineSeconds = 60;
/** How long to ask for a new certificate where an older one can serve. */
const renewDeadlineSeconds = 5;

/** POSIX sh with curl and openssl, nothing else: it must run on any image that has Docker. Its settings are its environment. */
export const enrolScript = `#!/bin/sh
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
