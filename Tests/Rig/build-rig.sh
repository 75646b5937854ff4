#!/bin/bash
# Makes what the virtual machine of the rig boots from, once: Debian's kernel, unpacked and never
# installed, with the modules a USB test needs, and an initramfs that mounts the host's files.
#
#   build-rig.sh            needs no root; apt's package lists must be there (apt-get update)
#   KIOSK_RIG_DIR           where it goes; default <repository>/.build/rig
#   packages                qemu-system-x86 kmod udev busybox-static cpio xz-utils
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
rig=${KIOSK_RIG_DIR:-$here/../../.build/rig}
mkdir -p "$rig"
rig=$(cd "$rig" && pwd)

fail() { echo "build-rig: $*" >&2; exit 1; }
# kmod's tools and udevd live in sbin, which is not in every user's PATH.
export PATH=$PATH:/usr/sbin:/sbin

# Two test runs may want the rig at once; the second waits and finds it made.
exec 9> "$rig/lock"
flock 9
stamp=$(sha256sum "$here/build-rig.sh" "$here/initramfs-init" | sha256sum | cut -d' ' -f1)
if [ -e "$rig/stamp" ] && [ "$(cat "$rig/stamp")" = "$stamp" ]; then exit 0; fi
rm -f "$rig/stamp"

missing=()
for tool in qemu-system-x86_64:qemu-system-x86 depmod:kmod modprobe:kmod cpio:cpio xz:xz-utils \
  udevadm:udev busybox:busybox-static dpkg-deb:dpkg apt-get:apt; do
  command -v "${tool%%:*}" > /dev/null || missing+=("${tool##*:}")
done
[ ${#missing[@]} = 0 ] || fail "missing packages; install them: apt-get install ${missing[*]}"

# The cloud flavour of the kernel has no USB at all, so the package is named, not guessed.
package=$(apt-cache depends linux-image-amd64 2> /dev/null \
  | awk '/Depends: linux-image-/ {print $2; exit}')
[ -n "$package" ] || fail "apt knows no linux-image-amd64; run: apt-get update"
version=${package#linux-image-}

rm -rf "$rig/download" "$rig/kernel" "$rig/initramfs"
mkdir -p "$rig/download" "$rig/kernel" "$rig/initramfs"
(cd "$rig/download" && apt-get -q -o APT::Sandbox::User=root download "$package") \
  || fail "apt could not download $package"

# Only what a USB rig can need: 15 MB of 400.
modules=./lib/modules/$version
dpkg-deb --fsys-tarfile "$rig/download/${package}"_*.deb | tar -x -C "$rig/kernel" --wildcards \
  "./boot/vmlinuz-$version" "$modules/modules.*" \
  "$modules/kernel/drivers/usb/*" "$modules/kernel/drivers/hid/*" \
  "$modules/kernel/drivers/input/*" "$modules/kernel/drivers/virtio/*" \
  "$modules/kernel/net/9p/*" "$modules/kernel/fs/9p/*" "$modules/kernel/fs/netfs/*" \
  "$modules/kernel/fs/fscache/*" "$modules/kernel/fs/overlayfs/*"
depmod -b "$rig/kernel" "$version"

# QEMU can start an unpacked kernel (PVH): nothing is decompressed at every boot, which costs
# seconds without hardware virtualisation. Offsets: Linux x86 boot protocol, setup_sects,
# payload_offset and payload_length.
image=$rig/kernel/boot/vmlinuz-$version
field() { od -An -j "$1" -N "$2" -t "u$2" "$image" | tr -d ' '; }
sectors=$(field 497 1)
[ "$sectors" != 0 ] || sectors=4
length=$(field 588 4)
head -c $(((sectors + 1) * 512 + $(field 584 4) + length)) "$image" | tail -c "$length" \
  | xz --decompress --stdout --single-stream > "$rig/vmlinux" || fail "the kernel is not in xz"

# The initramfs reaches the host's files and no further; udev loads everything else from there.
root=$rig/initramfs
mkdir -p "$root"/{bin,dev,proc,sys,modules,new}
cp "$(command -v busybox)" "$root/bin/busybox"
ln -s busybox "$root/bin/sh"
count=0
for module in virtio_pci 9pnet_virtio 9p overlay; do
  modprobe -d "$rig/kernel" -S "$version" --show-depends "$module" | awk '$1 == "insmod" {print $2}'
done | awk '!seen[$0]++' | while read -r file; do
  count=$((count + 1))
  cp "$file" "$(printf '%s/modules/%02d-%s' "$root" "$count" "$(basename "$file")")"
done
install -m 755 "$here/initramfs-init" "$root/init"
(cd "$root" && find . | cpio -o -H newc -R 0:0 --quiet | gzip -1) > "$rig/initrd.gz"

rm -rf "$rig/download" "$root"
echo "$stamp" > "$rig/stamp"
echo "build-rig: $package in $rig"
