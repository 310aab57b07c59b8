#!/bin/sh
# The first process of the guest of power-run.ts: a small Linux on the host's files, with a disk of its own for the data.
# GUEST_NODE, GUEST_TREE, GUEST_OUT, GUEST_DURABLE come from the kernel's command line.
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs run /run
ip link set lo up
mkdir -p /run/disk /run/tmp /dev/shm
mount -t tmpfs shm /dev/shm
chmod 1777 /run/tmp
mount -t ext4 /dev/ubda /run/disk || echo 'GUEST unopenable: its disk cannot be mounted'
cd "$GUEST_TREE" || exit 1
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TMPDIR=/run/tmp NODE_COMPILE_CACHE="$GUEST_OUT/compiled"
"$GUEST_NODE" tests/faults/power-guest.ts 2>&1
exec sleep 100000
