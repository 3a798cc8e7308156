#!/bin/bash
# A PostgreSQL cluster of the tests' own, reached by a socket in its folder alone. `postgres` administers it; `hallpass`
# may do nothing but what owning a database brings, as the role of a server should, and `runner` what a test grants it.
#   postgresql.sh run COMMAND…          makes one, runs the command on it, and removes it
#   postgresql.sh start|stop|crash DIR  what a test does to it meanwhile
#   postgresql.sh hang|resume DIR       all of its processes stand still, and go on
#   postgresql.sh limit DIR BYTES       none of its files grows beyond so many bytes; "unlimited": as before
set -euo pipefail

programs=/usr/lib/postgresql/15/bin
do=$1
shift

# PostgreSQL refuses to run as root.
as_owner() {
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}
control() {
    (cd / && as_owner "$programs/pg_ctl" -D "$folder/data" -s -w "$@")
}
ask() {
    psql -h "$folder" -U postgres -d postgres -XAtqc "$1"
}
start() {
    # Nothing of a test outlives the machine: only crashes of PostgreSQL itself are tried. Benchmarks want fsync.
    control start -l "$folder/log" \
        -o "-k $folder -c listen_addresses= -c fsync=${HALLPASS_TEST_FSYNC:-off} -c max_connections=200"
}

# The postmaster first, so that no process comes meanwhile.
signal_all() {
    local postmaster children
    postmaster=$(head -n 1 "$folder/data/postmaster.pid")
    kill "-$1" "$postmaster"
    children=$(sed -nE "s/^([0-9]+) \(.*\) . $postmaster .*/\1/p" /proc/[0-9]*/stat 2>/dev/null || true)
    # shellcheck disable=SC2086  # many numbers; one that has ended meanwhile does no harm
    kill "-$1" $children 2>/dev/null || true
}

# In memory where there is room: three hundred databases of three hundred files each, made and removed, cost a file
# system on a disk more than all that is asked of them. Where writes are to reach a disk, on one.
place() {
    local least_kib=4000000 free_kib
    free_kib=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)
    if [ "${HALLPASS_TEST_FSYNC:-off}" = off ] && [ -w /dev/shm ] && [ "${free_kib:-0}" -ge "$least_kib" ]; then
        echo /dev/shm
    else
        echo "${TMPDIR:-/tmp}"
    fi
}

# Of every process that runs. PostgreSQL ignores the signal, "so that ulimit violations work like disk full".
limit() {
    local process processes
    processes="$(head -n 1 "$folder/data/postmaster.pid")
        $(ask 'SELECT pid FROM pg_stat_activity')"
    for process in $processes; do
        # The one that listed them has gone.
        as_owner prlimit --pid "$process" --fsize="$1:" 2>/dev/null || [ ! -e "/proc/$process" ]
    done
}

case $do in
run)
    folder=$(mktemp -d "$(place)/hallpass-postgresql-XXXXXX")
    if [ "$(id -u)" = 0 ]; then chown postgres "$folder"; fi
    trap 'signal_all CONT || true; control stop -m immediate || true; rm -rf "$folder"' EXIT
    trap 'exit 143' INT TERM
    (cd / && as_owner "$programs/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 \
        --locale=C --no-sync >"$folder/initdb.log")
    start
    ask 'CREATE ROLE hallpass LOGIN; CREATE ROLE runner LOGIN'
    HALLPASS_TEST_POSTGRESQL="postgresql://postgres@/postgres?host=$folder" \
        HALLPASS_TEST_CLUSTER="$(realpath "$0")" HALLPASS_TEST_CLUSTER_FOLDER=$folder "$@"
    ;;
start) folder=$1 && start ;;
stop) folder=$1 && control stop -m fast ;;
crash) folder=$1 && control stop -m immediate ;;
hang) folder=$1 && signal_all STOP ;;
resume) folder=$1 && signal_all CONT ;;
limit) folder=$1 && limit "$2" ;;
esac
