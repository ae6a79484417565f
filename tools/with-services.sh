#!/usr/bin/env bash
# Runs a command beside a private PostgreSQL and a private Redis:
#
#     tools/with-services.sh cargo nextest run --workspace
#
# The command finds them in TORG_TEST_POSTGRES and TORG_TEST_REDIS; a variable that is already set
# is left as it is and nothing is started for it. Both servers run as an unprivileged user, listen
# on 127.0.0.1 only, on spare ports and with a password made for this run, and keep their data in
# one temporary folder. Servers and folder are gone when the command ends, however it ends.
#
# What is missing is installed where that is allowed (root or passwordless sudo, apt). Where it is
# not, the variable stays unset and the tests that need it say that they were skipped; with CI=true
# that is an error instead, because CI never skips.
set -euo pipefail

say() { printf 'with-services: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

[ $# -gt 0 ] || die "usage: $0 COMMAND [ARGUMENT…]"

# --- what is here, what can be installed ---------------------------------------------------------

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Debian starts a service as soon as its package is installed; a test run wants the programs only.
install_packages() {
    command -v apt-get >/dev/null || return 1
    as_root true 2>/dev/null || return 1
    say "installing: $*"
    local policy=/usr/sbin/policy-rc.d ours=no result=0 log
    log=$(mktemp)
    if [ ! -e "$policy" ]; then
        ours=yes
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
    fi
    { as_root apt-get update -qq &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } \
        >"$log" 2>&1 || { tail -n 20 "$log" >&2; result=1; }
    rm -f "$log"
    if [ $ours = yes ]; then as_root rm -f "$policy"; fi
    return $result
}

# The newest PostgreSQL on this machine; Debian keeps its programs out of PATH.
postgres_programs() {
    local folder
    for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) \
        "$(pg_config --bindir 2>/dev/null || true)" \
        "$(dirname "$(command -v postgres || true)")"; do
        if [ -x "$folder/postgres" ] && [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then
            printf '%s\n' "$folder"
            return
        fi
    done
    return 1
}

missing() {
    if [ "${CI:-}" = true ]; then
        die "$1 is neither here nor installable, and CI never skips"
    fi
    say "$1 is neither here nor installable: the tests on $1 will be SKIPPED"
}

want_postgres=no want_redis=no packages=()
if [ -z "${TORG_TEST_POSTGRES:-}" ]; then
    want_postgres=yes
    postgres_programs >/dev/null || packages+=(postgresql)
fi
if [ -z "${TORG_TEST_REDIS:-}" ]; then
    want_redis=yes
    command -v redis-server >/dev/null || packages+=(redis-server)
fi
if [ ${#packages[@]} -gt 0 ]; then install_packages "${packages[@]}" || true; fi
if [ $want_postgres = yes ] && ! postgres_programs >/dev/null; then
    missing PostgreSQL
    want_postgres=no
fi
if [ $want_redis = yes ] && ! command -v redis-server >/dev/null; then
    missing Redis
    want_redis=no
fi
if [ $want_postgres = no ] && [ $want_redis = no ]; then exec "$@"; fi

# --- a folder, a user, and somebody who cleans up -------------------------------------------------

# PostgreSQL refuses to run as root, and neither server has any business being root.
unprivileged=()
folder=$(mktemp -d /tmp/torg-services.XXXXXX)
if [ "$(id -u)" = 0 ]; then
    user=postgres
    id -u "$user" >/dev/null 2>&1 || user=nobody
    unprivileged=(setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups env HOME="$folder")
    chown "$user" "$folder"
fi
chmod 700 "$folder"
# Nothing below may depend on a working directory that the user cannot enter.
here=$PWD

stop_everything() {
    # Not every pid file exists if the start failed half way.
    local pid_file pid
    for pid_file in "$folder/postgres/postmaster.pid" "$folder/redis.pid"; do
        pid=$(head -n 1 "$pid_file" 2>/dev/null) || continue
        # QUIT is PostgreSQL's immediate shutdown; the data is thrown away anyway.
        kill -QUIT "$pid" 2>/dev/null || continue
        if [ "$pid_file" = "$folder/redis.pid" ]; then kill -KILL "$pid" 2>/dev/null || true; fi
        while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
    done
    rm -rf "$folder"
}

# The keeper waits for the end of a pipe whose only writer is this script: it cleans up after a
# normal end, a failure, Ctrl-C and even kill -9.
exec 9> >(trap '' INT TERM HUP QUIT; exec 9>&-; cat >/dev/null; stop_everything)
keeper=$!
trap 'exec 9>&-; wait "$keeper" 2>/dev/null || true' EXIT

as_user() { (cd / && exec "${unprivileged[@]}" "$@" 9>&-); }

spare_port() {
    local port
    for _ in $(seq 100); do
        # Below the range from which the kernel takes ports for outgoing connections.
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { printf '%s\n' "$port"; return; }
    done
    die "no spare port"
}

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')

# --- PostgreSQL -----------------------------------------------------------------------------------

start_postgres() {
    local programs data=$folder/postgres log=$folder/postgres.log
    programs=$(postgres_programs)
    (umask 077 && printf '%s\n' "$password" >"$folder/password")
    if [ ${#unprivileged[@]} -gt 0 ]; then chown "$user" "$folder/password"; fi
    as_user "$programs/initdb" --pgdata="$data" --username=torg --pwfile="$folder/password" \
        --auth-local=trust --auth-host=password --encoding=UTF8 --locale=C.UTF-8 \
        >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; return 1; }
    # Durability stays as in production: the crash tests depend on it.
    cat >>"$data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$folder'
max_connections = 300
shared_buffers = 256MB
max_wal_size = 2GB
checkpoint_timeout = 30min
jit = off
logging_collector = off
CONF
    for _ in 1 2 3; do
        postgres_port=$(spare_port)
        if as_user "$programs/pg_ctl" start --wait --silent --pgdata="$data" --log="$log" \
            --options="-p $postgres_port" >/dev/null 2>&1; then
            export TORG_TEST_POSTGRES="postgres://torg:$password@127.0.0.1:$postgres_port/postgres"
            say "$("$programs/postgres" --version) on 127.0.0.1:$postgres_port"
            return
        fi
    done
    tail -n 20 "$log" >&2
    return 1
}

# --- Redis ----------------------------------------------------------------------------------------

start_redis() {
    local log=$folder/redis.log
    for _ in 1 2 3; do
        redis_port=$(spare_port)
        as_user redis-server --bind 127.0.0.1 --port "$redis_port" --requirepass "$password" \
            --daemonize yes --pidfile "$folder/redis.pid" --logfile "$log" --dir "$folder" \
            --save '' --appendonly no --maxclients 2000 >/dev/null 2>&1 || true
        for _ in $(seq 100); do
            if grep -q 'Ready to accept connections' "$log" 2>/dev/null; then
                export TORG_TEST_REDIS="redis://default:$password@127.0.0.1:$redis_port/0"
                say "$(redis-server --version | cut -d' ' -f1-3) on 127.0.0.1:$redis_port"
                return
            fi
            sleep 0.05
        done
    done
    tail -n 20 "$log" >&2
    return 1
}

if [ $want_postgres = yes ]; then start_postgres || die "PostgreSQL did not start"; fi
if [ $want_redis = yes ]; then start_redis || die "Redis did not start"; fi

cd "$here"
# Not exec: this script has to outlive the command to see the servers off.
status=0
"$@" 9>&- || status=$?
exit "$status"
