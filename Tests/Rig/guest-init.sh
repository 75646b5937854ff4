#!/bin/sh
# First process of the guest after the initramfs: a minimal system with udevd, the command, its
# exit status to the host, and off. Nothing written here reaches the host but /run/rig.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb
uptime() { cut -d' ' -f1 /proc/uptime; }

mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/rig /run/udev/rules.d /dev/shm /dev/pts
mount -t 9p -o trans=virtio,version=9p2000.L,msize=1048576,cache=none out /run/rig
echo "init $(uptime)" > /run/rig/timing
mount -t tmpfs tmpfs /dev/shm
mount -t devpts devpts /dev/pts
[ -e /dev/fd ] || ln -s /proc/self/fd /dev/fd
busybox ip link set lo up
. /run/rig/settings

# Before udevd starts: the sixteen root hubs of vhci_hcd then cost no events, 4 s of emulation.
modprobe -a vhci-hcd usbhid hid-generic evdev usblp cdc-acm
# The group of the rules exists in the overlay only.
grep -q '^kiosk:' /etc/group || echo 'kiosk:x:990:' >> /etc/group
cp "$RIG_REPOSITORY"/udev/*.rules /run/udev/rules.d/ 2> /dev/null
/lib/systemd/systemd-udevd --daemon
udevadm control --ping
echo "udev $(uptime)" >> /run/rig/timing

# The guest's own limit is the shorter one, so that the log of what hung still comes out.
{ cd "$RIG_DIRECTORY" &&
  setsid timeout --kill-after=5 "$RIG_LIMIT_SECONDS" bash /run/rig/command
} < /dev/null > /run/rig/log 2>&1
status=$?
echo "done $(uptime)" >> /run/rig/timing
dmesg > /run/rig/dmesg
echo "$status" > /run/rig/status
sync
busybox reboot -f
