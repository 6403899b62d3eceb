#!/bin/sh
. /stand-in/lib.sh
stands_in_for dockersamples/static-site 'its page greets AUTHOR'
serve 80 /stand-in/static-site-page.sh
