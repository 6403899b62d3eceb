#!/bin/sh
. /stand-in/lib.sh
stands_in_for dockersamples/examplevotingapp_vote 'a vote that is posted goes into the list votes of redis'
serve 80 /stand-in/vote-page.sh
