#!/bin/sh
# Called mongod, with its options.
. /stand-in/lib.sh
stands_in_for mongo 'it listens on 27017, remembers a replica set and a few words, and speaks to its own mongosh only'
set_name=
while [ $# -gt 0 ]; do
  [ "$1" != --replSet ] || set_name=$2
  shift
done
mkdir -p /data/db
printf %s "$set_name" > /tmp/replica-set
serve 27017 /stand-in/mongo-answer.sh
