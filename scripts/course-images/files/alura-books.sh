#!/bin/sh
. /stand-in/lib.sh
stands_in_for aluradocker/alura-books '/seed puts books into meu-mongo, and its page shows them'
serve 3000 /stand-in/alura-books-page.sh
