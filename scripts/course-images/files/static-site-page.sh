#!/bin/sh
. /stand-in/lib.sh
read_request
name=$(printf %s "${AUTHOR:-Docker}" | sed 's/&/\&amp;/g; s/</\&lt;/g')
page "Hello $name!" dockersamples/static-site ''
