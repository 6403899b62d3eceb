#!/bin/sh
# One line in, one line out: hello, initiate HOST, put KEY WORDS, get KEY.
IFS=' ' read -r word key rest || exit 0
case "$word" in
  hello)
    if [ -s /data/db/members ]; then
      echo "{ isWritablePrimary: true, setName: '$(cat /tmp/replica-set)', hosts: [ '$(cat /data/db/members)' ], ok: 1 }"
    elif [ -s /tmp/replica-set ]; then
      echo '{ isWritablePrimary: false, ok: 1 }'
    else
      echo '{ isWritablePrimary: true, ok: 1 }'
    fi
    ;;
  initiate)
    if [ ! -s /tmp/replica-set ]; then
      echo 'MongoServerError: This node was not started with replication enabled.'
    elif [ -s /data/db/members ]; then
      echo 'MongoServerError: already initialized'
    else
      echo "$key" > /data/db/members
      echo "replica set $(cat /tmp/replica-set) of $key" >&2
      echo 1
    fi
    ;;
  put)
    case "$key" in *[!a-z]* | '') echo no ;; *) echo "$rest" > "/data/db/kept-$key" && echo 1 ;; esac
    ;;
  get)
    case "$key" in *[!a-z]* | '') echo no ;; *) cat "/data/db/kept-$key" 2> /dev/null ;; esac
    ;;
esac
