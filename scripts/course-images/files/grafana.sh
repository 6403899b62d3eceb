#!/bin/sh
. /stand-in/lib.sh
stands_in_for grafana 'it shows which data sources and dashboards it was provisioned with, to admin and with the password'
serve "${GF_SERVER_HTTP_PORT:-3000}" /stand-in/grafana-page.sh
