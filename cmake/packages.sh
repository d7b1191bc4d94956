# Sourced by ./quickstart and ./test: Debian packages, installed only where they are missing.
build_packages="g++ cmake ninja-build pkg-config libboost1.81-dev libboost-json1.81-dev
    libcurl4-openssl-dev libpugixml-dev libsqlite3-dev libspdlog-dev libfmt-dev libtomlplusplus-dev
    libcli11-dev libdeflate-dev libbrotli-dev libzstd-dev libxxhash-dev libssl-dev libidn2-dev
    libpsl-dev libsystemd-dev"
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
    echo "Installing from Debian, $why:$missing"
    as_root=
    [ "$(id -u)" = 0 ] || as_root=sudo
    $as_root apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
}
