# Installs what the programs need, unless the image has it, and starts one.
set -e
python -c 'import bottle, psycopg2, redis' 2>/dev/null ||
  pip install --quiet --no-cache-dir --root-user-action=ignore bottle==0.13.2 psycopg2-binary==2.9.10 redis==5.2.1
exec python -u "$@"
