#!/bin/sh
. /stand-in/lib.sh
read_request
if [ "$TARGET" = /api/info ]; then
  answer '200 OK' application/json '{"version":"stand-in","success":true}'
else
  page Rocket.Chat rocket.chat "<p>At $ROOT_URL, with a replica set behind it.</p>"
fi
