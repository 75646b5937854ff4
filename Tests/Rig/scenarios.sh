#!/bin/bash
# What RigTests runs in the machine, in one boot: scenarios.sh DIRECTORY-OF-THE-EXECUTABLES
# Every result is a line "ok NAME ..." or "not ok NAME ..."; the exit status is the number of
# scenarios that failed.
products=$1
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
failed=0
run() { "$@" || failed=$((failed + 1)); }

# An emulated processor on a busy machine stands still for longer than any scanner pauses. Only the
# guest's overlay is changed.
sed -i 's/gapMilliseconds: .*/gapMilliseconds: 1000/' "$repository/drivers/honeywell-keyboard.yaml"

run "$products/RigDevices" selftest
run "$products/RigDevices" drivers "$repository/drivers"

# The daemon runs as nobody, with the group of the udev rules and nothing else: what opens the
# devices is the rules. The way to the executable may lead through a private home.
for path in "$products" "$repository"; do
  while [ "$path" != / ]; do
    chmod a+rx "$path"
    path=$(dirname "$path")
  done
done
install -d -o nobody -g kiosk -m 750 /var/lib/kioskd-rig
run "$products/RigDevices" sale "$products/kioskd" "$products/kioskctl" /var/lib/kioskd-rig 8480 \
  setpriv --reuid=nobody --regid=kiosk --clear-groups --
exit "$failed"
