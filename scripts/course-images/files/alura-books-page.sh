#!/bin/sh
. /stand-in/lib.sh
read_request
ask() {
  echo "$1" | nc -w 3 "$(address_of meu-mongo)" 27017 2> /dev/null
}
if [ -z "$(ask hello)" ]; then
  answer '500 Internal Server Error' text/plain 'meu-mongo does not answer'
elif [ "$TARGET" = /seed ]; then
  ask 'put books Docker para desenvolvedores, Kubernetes, Infraestrutura como codigo' > /dev/null
  answer '200 OK' text/plain 'Seed ok'
else
  page 'Alura books' aluradocker/alura-books "<p>$(ask 'get books')</p>"
fi
