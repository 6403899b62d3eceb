#!/bin/sh
. /stand-in/lib.sh
read_request
export PGPASSWORD=postgres PGCONNECT_TIMEOUT=3
count=$(psql -At -F ': ' -h "$(address_of db)" -U postgres \
  -c "SELECT choice, count(vote) FROM (VALUES ('a'), ('b')) AS choices (choice) LEFT JOIN votes ON vote = choice GROUP BY choice ORDER BY choice" \
  2> /dev/null) || count='no votes yet'
page 'Cats vs Dogs: the result' dockersamples/examplevotingapp_result "<pre>$count</pre>"
