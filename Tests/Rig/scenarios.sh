#!/bin/bash
# What RigTests runs in the machine, in one boot: scenarios.sh DIRECTORY-OF-THE-EXECUTABLES
# Every result is a line "ok NAME ..." or "not ok NAME ..."; the exit status is the number of
# scenarios that failed.
products=$1
failed=0
"$products/RigDevices" selftest || failed=$((failed + 1))
exit "$failed"
