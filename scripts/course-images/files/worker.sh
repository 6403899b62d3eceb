#!/bin/sh
. /stand-in/lib.sh
stands_in_for dockersamples/examplevotingapp_worker 'it takes votes from redis and writes them into postgres'
trap 'exit 0' TERM INT
export PGPASSWORD=postgres PGCONNECT_TIMEOUT=3

sql() {
  psql -q -h "$(address_of db)" -U postgres -v ON_ERROR_STOP=1 "$@"
}

pause() {
  sleep "$1" &
  wait $!
}

until echo 'CREATE TABLE IF NOT EXISTS votes (id VARCHAR(255) NOT NULL UNIQUE, vote VARCHAR(255) NOT NULL);' | sql 2> /dev/null; do
  echo 'waiting for db'
  pause 1
done
echo 'connected to db'
while :; do
  idle=1
  for address in $(addresses_of redis); do
    item=$(redis-cli -h "$address" LPOP votes 2> /dev/null)
    [ -n "$item" ] || continue
    idle=0
    id=$(echo "$item" | sed -n 's/.*"voter_id": "\([A-Za-z0-9-]*\)".*/\1/p')
    vote=$(echo "$item" | sed -n 's/.*"vote": "\([A-Za-z0-9]*\)".*/\1/p')
    echo "processing vote for '$vote' by '$id'"
    until sql -v id="$id" -v vote="$vote" << 'SQL'
INSERT INTO votes (id, vote) VALUES (:'id', :'vote') ON CONFLICT (id) DO UPDATE SET vote = excluded.vote;
SQL
    do
      pause 1
    done
  done
  [ "$idle" = 0 ] || pause 0.5
done
