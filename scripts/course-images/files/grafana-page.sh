#!/bin/sh
. /stand-in/lib.sh
provisioning=${GF_PATHS_PROVISIONING:-/etc/grafana/provisioning}

# The data sources of the provisioned files, as Grafana's API lists them.
data_sources() {
  cat "$provisioning"/datasources/*.yml 2> /dev/null | awk '
    function close_one() { if (name != "") printf "%s{\"name\":\"%s\",\"type\":\"%s\",\"uid\":\"%s\",\"url\":\"%s\"}", (count++ ? "," : ""), name, type, uid, url; name = "" }
    /^ *- *name:/ { close_one(); name = $3 }
    /^ *type:/ { type = $2 }
    /^ *uid:/ { uid = $2 }
    /^ *url:/ { url = $2 }
    END { close_one() }'
}

dashboards() {
  for folder in $(sed -n 's/^ *path: *//p' "$provisioning"/dashboards/*.yml 2> /dev/null); do
    for file in "$folder"/*.json; do
      [ -f "$file" ] || continue
      # The outermost, which stand by two blanks.
      title=$(sed -n 's/^  "title": "\(.*\)",*$/\1/p' "$file" | head -n 1)
      uid=$(sed -n 's/^  "uid": "\(.*\)",*$/\1/p' "$file" | head -n 1)
      printf '{"uid":"%s","title":"%s","type":"dash-db"}\n' "$uid" "$title"
    done
  done | paste -s -d , -
}

read_request
case "$TARGET" in
  /api/health)
    answer '200 OK' application/json '{"database":"ok","version":"stand-in"}'
    exit 0
    ;;
esac
wanted=$(printf '%s:%s' "${GF_SECURITY_ADMIN_USER:-admin}" "${GF_SECURITY_ADMIN_PASSWORD:-admin}" | base64 | tr -d '\n')
if [ "$AUTHORIZATION" != "Basic $wanted" ]; then
  case "$TARGET" in
    /api/*) answer '401 Unauthorized' application/json '{"message":"Invalid username or password"}' ;;
    *) page Grafana grafana '<p>Ask /api/datasources and /api/search as admin, with the password.</p>' ;;
  esac
  exit 0
fi
case "$TARGET" in
  /api/datasources) answer '200 OK' application/json "[$(data_sources)]" ;;
  /api/search*) answer '200 OK' application/json "[$(dashboards)]" ;;
  *) page Grafana grafana "<pre>$(data_sources)
$(dashboards)</pre>" ;;
esac
