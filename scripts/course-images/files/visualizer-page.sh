#!/bin/sh
. /stand-in/lib.sh
read_request
socket='is not there: mount it'
[ ! -S /var/run/docker.sock ] || socket='is there'
page Visualizer dockersamples/visualizer "<p>The engine's socket $socket.</p>"
