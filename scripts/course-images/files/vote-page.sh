#!/bin/sh
. /stand-in/lib.sh
read_request
thanks=
if [ "$METHOD" = POST ]; then
  case "$BODY" in
    vote=a | vote=b) ;;
    *)
      answer '400 Bad Request' text/plain 'post vote=a or vote=b'
      exit 0
      ;;
  esac
  vote=${BODY#vote=}
  voter=$(head -c 8 /dev/urandom | xxd -p)
  # The original's own words.
  if redis-cli -h "$(address_of redis)" RPUSH votes "{\"voter_id\": \"$voter\", \"vote\": \"$vote\"}" > /dev/null; then
    echo "vote $vote of $voter" >&2
    thanks="<p>Voted $vote.</p>"
  else
    answer '503 Service Unavailable' text/plain 'redis does not answer'
    exit 0
  fi
fi
page 'Cats vs Dogs!' dockersamples/examplevotingapp_vote "$thanks
<form method=post><button name=vote value=a>Cats</button> <button name=vote value=b>Dogs</button></form>"
