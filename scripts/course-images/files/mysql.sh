#!/bin/sh
. /stand-in/lib.sh
stands_in_for mysql:5.7 'it listens on 3306 and greets, and keeps no data'
if [ -z "$MYSQL_ROOT_PASSWORD$MYSQL_ALLOW_EMPTY_PASSWORD$MYSQL_RANDOM_ROOT_PASSWORD" ]; then
  echo 'Database is uninitialized and password option is not specified: set MYSQL_ROOT_PASSWORD' >&2
  exit 1
fi
echo 'ready for connections. Version: 5.7-stand-in  port: 3306'
serve 3306 /stand-in/mysql-greeting.sh
