#!/bin/bash
# What `make soak` runs in the machine: soak.sh DIRECTORY-OF-THE-EXECUTABLES EVENTS SEED
products=$1 events=$2 seed=$3
. "$(dirname "${BASH_SOURCE[0]}")/prepare-shop.sh"
exec "$products/RigDevices" life "$events" "$seed" "$products/kioskd" "$products/kioskctl" \
  "$(data_directory kioskd-life)" 8481 "${as_nobody[@]}"
