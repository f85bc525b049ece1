#!/usr/bin/env bash
# enter.sh -- process 1 of a container: what `docker run --read-only --cap-drop=ALL --security-opt=no-new-privileges` makes
# around a command, for machines without an engine.  run.sh starts it in namespaces of its own.
#
#   enter.sh ROOT SECRETS HOSTS UID:GID NAME=VALUE… -- COMMAND…     ROOT: the image's files; COMMAND is looked up there
set -euo pipefail
root=$1 secrets=$2 hosts=$3 user=$4
shift 4
environment=()
while [ "$1" != -- ]; do
    environment+=("$1")
    shift
done
shift

mount --bind "$root" "$root"
mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
mount -t tmpfs -o nosuid,mode=0755 tmpfs "$root/dev"
for device in null zero full random urandom; do
    : >"$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mount -t tmpfs -o nosuid,nodev,noexec,mode=0755 tmpfs "$root/run"
mkdir "$root/run/secrets"
for file in "$secrets"/*; do
    : >"$root/run/secrets/${file##*/}"
    mount --bind "$file" "$root/run/secrets/${file##*/}"
done
mount --bind "$hosts" "$root/etc/hosts"
for folder in dev run .; do
    mount -o remount,bind,ro "$root/$folder"
done
cd "$root"
exec env -i "${environment[@]}" chroot . /usr/bin/setpriv --reuid="${user%:*}" --regid="${user#*:}" --clear-groups \
    --bounding-set=-all --inh-caps=-all --no-new-privs "$@"
