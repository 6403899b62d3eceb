#!/bin/sh
. /stand-in/lib.sh
stands_in_for wordpress 'it waits for its database and says on a page that it found it'
serve 80 /stand-in/wordpress-page.sh
