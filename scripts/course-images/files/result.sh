#!/bin/sh
. /stand-in/lib.sh
stands_in_for dockersamples/examplevotingapp_result 'its page counts the votes in postgres'
serve 80 /stand-in/result-page.sh
