#!/bin/bash
# Puts the peers that `make bench` measures beside into .build/peers, once.
set -eu
cd "$(dirname "$0")/../.."
folder=.build/peers
[ -x "$folder/bin/python3" ] || /usr/bin/python3 -m venv "$folder"
"$folder/bin/python3" -c 'import escpos' 2>/dev/null \
  || "$folder/bin/pip" install --quiet --disable-pip-version-check 'python-escpos==3.1'
"$folder/bin/python3" -c 'import oscar' 2>/dev/null \
  || "$folder/bin/pip" install --quiet --disable-pip-version-check 'django-oscar==4.1'
