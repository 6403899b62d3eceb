#!/bin/sh
. /stand-in/lib.sh
stands_in_for cadvisor "it tells Prometheus a few of its machine's figures"
serve 8080 /stand-in/cadvisor-page.sh
