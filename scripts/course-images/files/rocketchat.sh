#!/bin/sh
. /stand-in/lib.sh
stands_in_for rocket.chat 'it waits for the replica set of its MongoDB and says on a page that it found it'
trap 'exit 0' TERM INT
host=${MONGO_URL#mongodb://}
host=${host%%[:/]*}
until echo hello | nc -w 2 "$(address_of "$host")" 27017 2> /dev/null | grep -q setName; do
  echo "waiting for the replica set of $host"
  sleep 1 &
  wait $!
done
echo "SERVER RUNNING at ${ROOT_URL:-nowhere}"
serve "${PORT:-3000}" /stand-in/rocketchat-page.sh
