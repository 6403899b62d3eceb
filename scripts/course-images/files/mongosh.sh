#!/bin/sh
# Stands in for mongosh: knows rs.initiate, rs.status and hello, whatever is around them.
. /stand-in/lib.sh
host=localhost script=
while [ $# -gt 0 ]; do
  case "$1" in
    --host) host=$2 && shift ;;
    --eval) script=$2 && shift ;;
    -*) ;;
    *) host=${1#mongodb://} && host=${host%%[:/]*} ;;
  esac
  shift
done
[ "$host" = localhost ] && address=127.0.0.1 || address=$(address_of "$host")
ask() {
  echo "$1" | nc -w 3 "$address" 27017 2> /dev/null
}
state=$(ask hello)
if [ -z "$state" ]; then
  echo "MongoNetworkError: connect ECONNREFUSED $host:27017" >&2
  exit 1
fi
case "$script" in
  *rs.status*) case "$state" in *setName*) echo 1 && exit 0 ;; esac ;;
esac
case "$script" in
  *rs.initiate*)
    member=$(echo "$script" | tr '\n' ' ' | sed -n "s/.*host: *[\"']\([A-Za-z0-9._:-]*\)[\"'].*/\1/p")
    said=$(ask "initiate ${member:-$host:27017}")
    echo "$said"
    [ "$said" = 1 ] || exit 1
    ;;
  *) echo "$state" ;;
esac
