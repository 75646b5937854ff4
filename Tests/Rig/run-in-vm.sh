#!/bin/bash
# Runs a command in a virtual machine with a kernel, usbfs, udev and hot-plug of its own. The guest
# sees the host's files read-only under an overlay, has no network but loopback, and no disk.
# Prints what the command printed; ends with the command's exit status, or with 125 when the machine
# gave no result (panic, time limit).
#
#   run-in-vm.sh [-t SECONDS] [--] COMMAND ARGUMENT...
#   KIOSK_RIG_DIR       as in build-rig.sh
#   KIOSK_RIG_TIMING=1  prints how long the phases took on standard error
#   KIOSK_RIG_KEEP=1    keeps the directory with log, console and dmesg, and prints its name
#   KIOSK_RIG_KVM=1     uses /dev/kvm; without it the processor is emulated, which works everywhere
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repository=$(cd "$here/../.." && pwd -P)
limit=120
while getopts t: option; do
  case $option in
    t) limit=$OPTARG ;;
    *) exit 2 ;;
  esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || { echo "run-in-vm: no command" >&2; exit 2; }

"$here/build-rig.sh" >&2
rig=$(cd "${KIOSK_RIG_DIR:-$repository/.build/rig}" && pwd)
out=$(mktemp -d "${TMPDIR:-/tmp}/kiosk-rig.XXXXXX")
printf '%q ' "$@" > "$out/command"
printf 'RIG_%s=%q\n' REPOSITORY "$repository" DIRECTORY "$(pwd -P)" LIMIT_SECONDS "$limit" \
  > "$out/settings"

if [ -n "${KIOSK_RIG_KVM:-}" ]; then
  processor=(-accel kvm -cpu host)
else
  processor=(-accel tcg -cpu max)
fi
start=$(date +%s.%N)
# One processor: two emulated ones on two real ones get in each other's way and take twice as long.
# 40 s on top of the guest's limit: the boot on a machine that is busy with other tests.
timeout --foreground --kill-after=5 $((limit + 40)) qemu-system-x86_64 \
  -M pc "${processor[@]}" -smp 1 -m 1024 \
  -nodefaults -no-user-config -display none -no-reboot -serial "file:$out/console" \
  -kernel "$rig/vmlinux" -initrd "$rig/initrd.gz" \
  -append "console=ttyS0 quiet loglevel=4 panic=-1 reboot=t mitigations=off \
random.trust_cpu=on rig.dir=$rig rig.init=$here/guest-init.sh" \
  -fsdev local,id=host,path=/,security_model=none,readonly=on,multidevs=remap \
  -device virtio-9p-pci,fsdev=host,mount_tag=host \
  -fsdev local,id=out,path="$out",security_model=none \
  -device virtio-9p-pci,fsdev=out,mount_tag=out < /dev/null \
  || echo "run-in-vm: qemu ended with status $?" >&2
end=$(date +%s.%N)

if [ -e "$out/log" ]; then cat "$out/log"; fi
if [ -n "${KIOSK_RIG_TIMING:-}" ] && [ -e "$out/timing" ]; then
  { tr '\n' ' ' < "$out/timing"
    awk "BEGIN {printf \"wall %.2f\n\", $end - $start}"; } >&2
fi
if [ ! -s "$out/status" ]; then
  echo "run-in-vm: no result; see $out" >&2
  [ ! -e "$out/console" ] || tail -n 20 "$out/console" >&2
  exit 125
fi
status=$(cat "$out/status")
if [ -n "${KIOSK_RIG_KEEP:-}" ]; then echo "run-in-vm: kept $out" >&2; else rm -rf "$out"; fi
exit "$status"
