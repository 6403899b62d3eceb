#!/bin/sh
# As the original's: options alone are redis-server's, and the server runs as redis, not as root.
set -e
case "${1-}" in
  -* | *.conf) set -- redis-server "$@" ;;
esac
if [ "$1" = redis-server ]; then
  shift
  # Without a password it would take commands from itself only.
  set -- --protected-mode no "$@"
  [ "$(id -u)" = 0 ] || exec redis-server "$@"
  chown redis: . 2> /dev/null || true
  exec start-stop-daemon -S -c redis -x /usr/bin/redis-server -- "$@"
fi
exec "$@"
