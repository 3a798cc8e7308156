# Brings a Debian 12 machine to where Hallpass can be built. Sourced by demo/run and tests/run:
#   install_packages demo [tests]   Debian packages that are missing
#   install_node                    Node 20 or newer, in PATH
#   install_modules js demo tests   npm packages of those folders
# Everything that is there already is left alone, so that a second call costs well under a second.
# Expects `root`, the checkout's absolute path.

readonly oldest_tzdata=2026f
readonly oldest_node=20
readonly node_version=24.21.0
readonly npm_version=11.21.2

say() { printf '%s\n' "$*"; }

fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# run_logged <what> <log file> <command…>: one line on the screen; the log only if it goes wrong.
run_logged() {
    local what=$1 log=$2 began=$SECONDS
    shift 2
    mkdir -p "$(dirname "$log")"
    printf '  %-44s ' "$what"
    if "$@" >"$log" 2>&1 </dev/null; then
        printf 'done, %d s\n' $((SECONDS - began))
        return 0
    fi
    printf 'FAILED after %d s\n' $((SECONDS - began))
    # Compilers and npm name the fault first, builds and apt last.
    printf '\n%s:\n' "$log" >&2
    if [ "$(wc -l <"$log")" -le 60 ]; then
        cat "$log" >&2
    else
        head -n 15 "$log" >&2
        printf '[…]\n' >&2
        tail -n 40 "$log" >&2
    fi
    return 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# The packages of the named groups, one a line.
packages_of() {
    local group
    for group; do
        awk -v group="$group" '$1 == group { print $2 }' "$root/tests/packages.txt"
    done
}

is_installed() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

tzdata_is_recent() {
    local version
    version=$(dpkg-query -W -f='${Version}' tzdata 2>/dev/null) &&
        dpkg --compare-versions "$version" ge "$oldest_tzdata"
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 \
        -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@"
}

# Runs a command; servers that it installs (PostgreSQL, nginx) are not started on this machine.
without_starting_servers() (
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        trap 'as_root rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
    fi
    "$@"
)

# Package lists may be absent or out of date; fetching them anew cures both.
apt_install() {
    local attempt
    for attempt in 1 2 3; do
        if [ "$attempt" -gt 1 ] || ! apt-cache show "$1" >/dev/null 2>&1; then
            apt_get update || sleep $((attempt * 3))
        fi
        without_starting_servers apt_get install --no-install-recommends "$@" && return 0
    done
    return 1
}

need_root_for() {
    [ "$(id -u)" -eq 0 ] && return 0
    local command="apt-get update && apt-get install --no-install-recommends $*"
    command -v sudo >/dev/null ||
        fail "packages are missing, and this is neither root nor is there sudo. As root, run: $command"
    sudo -n true 2>/dev/null && return 0
    [ -t 0 ] || [ -t 2 ] ||
        fail "packages are missing, and sudo asks for a password that nobody can type here. As root, run: $command"
    say "Packages are missing; sudo may ask for your password."
    sudo -v || fail "sudo was refused. As root, run: $command"
}

install_packages() {
    command -v apt-get >/dev/null || fail "this needs Debian 12 or a system with its packages (apt-get)"
    local package missing=()
    while read -r package; do
        is_installed "$package" || missing+=("$package")
    done < <(packages_of "$@")
    tzdata_is_recent || missing+=(tzdata)
    [ "${#missing[@]}" -gt 0 ] || return 0

    need_root_for "${missing[@]}"
    run_logged "install ${#missing[@]} Debian packages" "$root/build/log/apt.log" \
        apt_install "${missing[@]}" || fail "the packages could not be installed"
    tzdata_is_recent && return 0
    # Stale lists name an older tzdata than the security archive has by now.
    run_logged "update tzdata" "$root/build/log/tzdata.log" \
        eval 'apt_get update && apt_get install tzdata' || fail "tzdata could not be updated"
    tzdata_is_recent || fail "tzdata $oldest_tzdata or newer is needed and only" \
        "$(dpkg-query -W -f='${Version}' tzdata) is offered: is bookworm-security among apt's sources?"
}

node_suffices() {
    local version
    command -v npm >/dev/null && version=$(node --version 2>/dev/null) || return 1
    version=${version#v}
    [ "${version%%.*}" -ge "$oldest_node" ]
}

# Debian 12 has Node 18. The registry carries the real binary as a package; Debian's npm fetches it,
# and a current npm with it, for Debian's own works with Debian's own Node alone.
install_node() {
    export PATH="$root/build/node/node_modules/.bin:$PATH"
    node_suffices && return 0
    local machine
    case $(uname -m) in
        x86_64) machine=x64 ;;
        aarch64) machine=arm64 ;;
        *) fail "there is no Node $node_version package for $(uname -m): install Node $oldest_node or newer, with npm" ;;
    esac
    if ! command -v npm >/dev/null; then
        need_root_for npm
        run_logged "install Debian's npm" "$root/build/log/npm.log" apt_install npm ||
            fail "npm could not be installed"
    fi
    rm -rf "$root/build/node" # what an interrupted installation left would get in npm's way
    mkdir -p "$root/build/node"
    run_logged "install Node $node_version" "$root/build/log/node.log" \
        npm install --prefix "$root/build/node" --no-audit --no-fund --no-save --fetch-retries=4 \
        "node-linux-$machine@$node_version" "npm@$npm_version" || fail "Node could not be installed"
    hash -r
    node_suffices || fail "Node $node_version does not run here; see $root/build/log/node.log"
}

# npm ci throws everything away first, so it runs only when the lock or Node has changed.
install_modules() {
    local folder state stamp
    for folder; do
        [ -f "$root/$folder/package-lock.json" ] || continue
        stamp="$root/$folder/node_modules/.installed-from"
        state=$(cd "$root/$folder" && { node --version; cat package.json package-lock.json; } | sha256sum)
        [ "$(cat "$stamp" 2>/dev/null)" = "$state" ] && continue
        run_logged "install npm packages of $folder" "$root/build/log/npm-$folder.log" \
            npm ci --prefix "$root/$folder" --no-audit --no-fund --fetch-retries=4 ||
            fail "the npm packages of $folder could not be installed"
        mkdir -p "$root/$folder/node_modules" # npm makes none where nothing is needed
        printf '%s' "$state" >"$stamp"
    done
}

