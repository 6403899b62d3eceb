#!/bin/sh
# As the original's: the first start makes the cluster, its user, password and database, and runs what lies in
# /docker-entrypoint-initdb.d; the server runs as postgres, not as root.
set -e

case "${1-}" in
  -*) set -- postgres "$@" ;;
esac
[ "$1" = postgres ] || exec "$@"

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /run/postgresql
  chown -R postgres: "$PGDATA" /run/postgresql
  chmod 700 "$PGDATA"
  exec start-stop-daemon -S -c postgres -x "$0" -- "$@"
fi

make_cluster() {
  user=${POSTGRES_USER:-postgres}
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
    echo "Error: Database is uninitialized and superuser password is not specified." >&2
    echo "       Set POSTGRES_PASSWORD to a non-empty value, or POSTGRES_HOST_AUTH_METHOD=trust." >&2
    exit 1
  fi
  umask 077
  # On tmpfs, and empty where no password is wanted.
  printf '%s\n' "${POSTGRES_PASSWORD-}" > /tmp/password
  # A cluster of nothing but what was just made needs no sync.
  set -- --username="$user" --encoding=UTF8 --locale=C --no-sync --auth-local=trust --auth-host=scram-sha-256
  [ -z "$POSTGRES_PASSWORD" ] || set -- "$@" --pwfile=/tmp/password
  initdb -D "$PGDATA" "$@" > /tmp/initdb.log 2>&1 || {
    cat /tmp/initdb.log >&2
    exit 1
  }
  rm -f /tmp/password /tmp/initdb.log
  echo "host all all all ${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >> "$PGDATA/pg_hba.conf"

  pg_ctl -D "$PGDATA" -o "-c listen_addresses=''" -w -t 60 start > /dev/null
  database=${POSTGRES_DB:-$user}
  if [ "$database" != postgres ]; then
    psql -q -v ON_ERROR_STOP=1 -U "$user" -d postgres -v name="$database" << 'SQL'
CREATE DATABASE :"name";
SQL
  fi
  for script in /docker-entrypoint-initdb.d/*; do
    case "$script" in
      *.sh) echo "$0: running $script" && sh "$script" ;;
      *.sql) echo "$0: running $script" && psql -q -v ON_ERROR_STOP=1 -U "$user" -d "$database" -f "$script" ;;
    esac
  done
  pg_ctl -D "$PGDATA" -m fast -w stop > /dev/null
  echo
  echo "PostgreSQL init process complete; ready for start up."
  echo
}

[ -s "$PGDATA/PG_VERSION" ] || make_cluster
shift
exec postgres -c listen_addresses='*' "$@"
