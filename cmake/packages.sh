# Sourced by ./quickstart and ./test: Debian packages, installed only where they are missing.
build_packages="g++ cmake ninja-build pkg-config libboost1.81-dev libboost-json1.81-dev
    libcurl4-openssl-dev libpugixml-dev libsqlite3-dev libspdlog-dev libfmt-dev libtomlplusplus-dev
    libcli11-dev libdeflate-dev libbrotli-dev libzstd-dev libxxhash-dev libssl-dev libidn2-dev
    libpsl-dev libsystemd-dev ca-certificates"
test_packages="doctest-dev clang-format-19 python3 nginx-light newsboat sfeed curl sqlite3 openssl systemd"

# install_packages WHY PACKAGE...: says what is missing and why, then installs it, with sudo unless root.
install_packages() {
    why=$1
    shift
    missing=
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086
    set -- $missing
    if ! command -v apt-get >/dev/null; then
        echo "There is no apt-get here. Install what these packages of Debian 12 hold, $why: $*" >&2
        exit 1
    fi
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        printf 'Packages are missing, %s, and without sudo only root can install them:\n    apt-get install %s\n' "$why" "$*" >&2
        exit 1
    fi
    echo "Installing from Debian, $why: $*"
    as_root apt-get update -qq
    as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    # Debian starts what it installs; the tests start an nginx of their own.
    case " $* " in *" nginx-light "*) [ ! -d /run/systemd/system ] || as_root systemctl disable --quiet --now nginx ;; esac
}

# sudo passes no environment on, so that is set inside.
as_root() {
    if [ "$(id -u)" = 0 ]; then env DEBIAN_FRONTEND=noninteractive "$@"; else sudo env DEBIAN_FRONTEND=noninteractive "$@"; fi
}
