#!/bin/sh
# Whether what is installed fits together: the units are valid, the paths they name are installed, and
# the service's exposure is at most 1.6 (lower is better).
# usage: check.sh BUILD PREFIX
set -eu

command -v systemd-analyze > /dev/null || { echo "systemd-analyze is missing"; exit 77; }

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
DESTDIR=$root cmake --install "$1" --prefix "$2" > /dev/null
service=$root$2/lib/systemd/system/tributary.service

# ExecStart=PROGRAM serve --config FILE
program=$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$service")
configuration=$(sed -n 's/^ExecStart=.* //p' "$service")
"$root$program" check-config "$root$configuration"
for path in "$configuration" "$(dirname "$configuration")"; do
    grep -q " $path " "$root$2/lib/tmpfiles.d/tributary.conf" || { echo "tmpfiles.d does not know $path"; exit 1; }
done

# The program is not installed on this machine; systemd-analyze looks for it.
sed -i 's|^ExecStart=[^ ]*|ExecStart=/bin/true|' "$service"
complaints=$(systemd-analyze verify --man=no --recursive-errors=no \
    "$service" "${service%.service}.socket" 2>&1) || true
if [ -n "$complaints" ]; then
    echo "$complaints"
    exit 1
fi

if judged=$(systemd-analyze security --offline=true --no-pager --threshold=16 "$service"); then
    echo "$judged" | tail -n 1
else
    echo "$judged"
    exit 1
fi
