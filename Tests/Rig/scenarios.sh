#!/bin/bash
# What RigTests runs in the machine, in one boot:
#   scenarios.sh DIRECTORY-OF-THE-EXECUTABLES EVENTS SEED
# Every result is a line "ok NAME ..." or "not ok NAME ..."; the exit status is the number of
# scenarios that failed.
products=$1 events=$2 seed=$3
. "$(dirname "${BASH_SOURCE[0]}")/prepare-shop.sh"
failed=0
run() { "$@" || failed=$((failed + 1)); }

run "$products/RigDevices" selftest
run "$products/RigDevices" drivers "$repository/drivers"
# Debian's pcscd and libccid, with the same simulated reader.
mkdir -p /run/pcscd
sed 's/cardReader: usb/cardReader: pcsc/' "$repository/config/kioskd.example.yaml" \
  > /run/kioskd-pcsc.yaml
run "$products/RigDevices" pcsc /usr/sbin/pcscd /run/kioskd-pcsc.yaml "$products/kioskd" \
  "$products/kioskctl" "$(data_directory kioskd-pcsc)" 8482 "${as_nobody[@]}"
run "$products/RigDevices" bus "$repository/drivers" "$seed"
run "$products/RigDevices" rules "$repository/config/kioskd.example.yaml" "$products/kioskd" \
  "$products/kioskctl" "$(data_directory kioskd-rules)" 8483 "${as_nobody[@]}"
run "$products/RigDevices" sale "$products/kioskd" "$products/kioskctl" \
  "$(data_directory kioskd-sale)" 8480 "${as_nobody[@]}"
run "$products/RigDevices" life "$events" "$seed" "$products/kioskd" "$products/kioskctl" \
  "$(data_directory kioskd-life)" 8481 "${as_nobody[@]}"
exit "$failed"
