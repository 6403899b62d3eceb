#!/bin/sh
. /stand-in/lib.sh
stands_in_for dockersamples/visualizer 'its page says whether it was given the socket of the engine'
serve 8080 /stand-in/visualizer-page.sh
