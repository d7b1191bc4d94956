#!/bin/sh
# Whether the units are valid, and the service's exposure is at most 1.6 (lower is better).
# usage: check.sh tributary.service tributary.socket
set -eu

command -v systemd-analyze > /dev/null || { echo "systemd-analyze is missing"; exit 77; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# The program need not be installed for its unit to be checked.
sed 's|^ExecStart=[^ ]*|ExecStart=/bin/true|' "$1" > "$folder/tributary.service"
cp "$2" "$folder/tributary.socket"

complaints=$(systemd-analyze verify --man=no --recursive-errors=no \
    "$folder/tributary.service" "$folder/tributary.socket" 2>&1) || true
if [ -n "$complaints" ]; then
    echo "$complaints"
    exit 1
fi

if judged=$(systemd-analyze security --offline=true --no-pager --threshold=16 \
    "$folder/tributary.service"); then
    echo "$judged" | tail -n 1
else
    echo "$judged"
    exit 1
fi
