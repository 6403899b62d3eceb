#!/bin/sh
. /stand-in/lib.sh
read_request
host=${WORDPRESS_DB_HOST:-mysql}
greeting=$(nc -w 2 "$(address_of "${host%:*}")" 3306 < /dev/null 2> /dev/null)
if [ -n "$greeting" ]; then
  page WordPress wordpress "<p>The database answers: $greeting</p>"
else
  answer '500 Internal Server Error' text/plain 'Error establishing a database connection'
fi
