# For every stand-in: says what it is, answers by HTTP, and finds its neighbours.

CR=$(printf '\r')

# stands_in_for ORIGINAL DOES
stands_in_for() {
  echo "This is a stand-in for $1, which no registry gives here. It does one thing: $2."
  [ -e /proc/net/ip_vs ] || echo "This kernel has no IPVS: neighbours are found as tasks.SERVICE."
}

# The addresses of a service, one a line: the swarm's virtual one, or its tasks' where that does not answer.
addresses_of() {
  found=
  [ -e /proc/net/ip_vs ] || found=$(look_up "tasks.$1")
  [ -n "$found" ] || found=$(look_up "$1")
  echo "$found"
}

look_up() {
  nslookup -type=a "$1" 2> /dev/null | awk '/^Name:/ { named = 1 } named && /^Address/ && $NF ~ /^[0-9.]+$/ { print $NF }'
}

address_of() {
  addresses_of "$1" | head -n 1
}

# serve PORT HANDLER: answers each connection by the handler, until the container is stopped.
serve() {
  trap 'exit 0' TERM INT
  nc -ll -p "$1" -e "$2" &
  wait $!
}

# Reads a request from a connection: METHOD, TARGET, AUTHORIZATION, BODY.
read_request() {
  IFS=' ' read -r METHOD TARGET _ || exit 0
  length=0 AUTHORIZATION='' BODY=''
  while IFS= read -r line; do
    line=${line%"$CR"}
    case "$line" in
      '') break ;;
      [Cc]ontent-[Ll]ength:*) length=$(echo "${line#*:}" | tr -cd 0-9) ;;
      [Aa]uthorization:*) AUTHORIZATION=${line#*: } ;;
    esac
  done
  [ "${length:-0}" = 0 ] || BODY=$(head -c "$length")
}

# answer STATUS TYPE BODY
answer() {
  printf 'HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %s\r\nConnection: close\r\n\r\n%s\n' \
    "$1" "$2" "$(($(printf %s "$3" | wc -c) + 1))" "$3"
}

# page TITLE ORIGINAL BODY
page() {
  answer '200 OK' 'text/html; charset=utf-8' "<!doctype html><title>$1</title><h1>$1</h1>$3
<p><small>This page stands in for $2. Answered by $(hostname).</small></p>"
}
