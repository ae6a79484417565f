#!/usr/bin/env bash
# Lets clients of the Bot API that were written for the real server (aiogram, python-telegram-bot,
# grammY) work with the local Telegram: what their bots and their people do is in
# crates/sandbox/tests/clients. One line a flow; 1 when one failed.
#
#     tools/telegram-clients.sh [CLIENT…]            all clients, or some
#     tools/telegram-clients.sh CLIENT -- FLOW…      some flows of a client
#     tools/telegram-clients.sh --plant [CLIENT…]    breaks answers one by one: all must be noticed
#
# The clients come from their registries into .cache/.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'telegram clients: %s\n' "$*" >&2; }
skip() {
    if [ "${CI:-}" = true ]; then say "$*, and CI never skips"; exit 1; fi
    say "SKIPPED, $*"
    exit 0
}

flows=$PWD/crates/sandbox/tests/clients
cache=$PWD/.cache/telegram-clients
python=$cache/venv/bin/python

# Installed before, and for the same versions?
if ! cmp -s "$flows/requirements.txt" "$cache/venv/installed-for"; then
    command -v python3 >/dev/null || skip "there is no python3"
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || skip "python3 is older than 3.11"
    rm -rf "$cache/venv"
    mkdir -p "$cache"
    python3 -m venv "$cache/venv" 2>/dev/null || skip "python3 has no venv (apt-get install python3-venv)"
    "$python" -m pip install --quiet --disable-pip-version-check --requirement "$flows/requirements.txt" ||
        { rm -rf "$cache/venv"; skip "the Python clients cannot be installed"; }
    cp "$flows/requirements.txt" "$cache/venv/installed-for"
fi
if ! cmp -s "$flows/grammy/package-lock.json" "$cache/grammy/installed-for"; then
    command -v npm >/dev/null || skip "there is no npm"
    rm -rf "$cache/grammy"
    mkdir -p "$cache/grammy"
    cp "$flows/grammy/package.json" "$flows/grammy/package-lock.json" "$cache/grammy/"
    (cd "$cache/grammy" && npm ci --no-audit --no-fund --loglevel=error) ||
        { rm -rf "$cache/grammy"; skip "grammY cannot be installed"; }
    cp "$flows/grammy/package-lock.json" "$cache/grammy/installed-for"
fi

target=${CARGO_TARGET_DIR:-target}
if [ -z "${TORG_TELEGRAM_CLIENTS_NO_BUILD:-}" ]; then
    cargo build --quiet --package torg
fi
binary=$target/debug/torg

export PYTHONPATH=$flows/python PYTHONDONTWRITEBYTECODE=1 NO_PROXY=127.0.0.1
export TELEGRAM_TEXTS=$flows/texts.json
work=$(mktemp -d)
started=()
cleanup() {
    for process in "${started[@]}"; do
        kill "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap cleanup EXIT

# begin NAME COMMAND…: starts something that says where it listens, and prints the address.
begin() {
    local name=$1 address=
    shift
    "$@" >"$work/$name.out" 2>"$work/$name.err" &
    started+=($!)
    for _ in $(seq 1200); do
        address=$(sed -n 's/^listening on \(http[^ ]*\).*/\1/p' "$work/$name.out" | head -n 1)
        [ -z "$address" ] || break
        kill -0 "${started[-1]}" 2>/dev/null || break
        sleep 0.05
    done
    if [ -z "$address" ]; then
        say "$name did not start:"
        tail -n 20 "$work/$name.err" >&2
        return 1
    fi
    begun=$address
}

# launch CLIENT PLANT FLOW…: runs a client's flows, or some, perhaps with a fault in the answers. Each
# client has a Telegram of its own, and each flow a bot of its own.
launch() {
    local client=$1 plant=$2 bots=() tokens=() id spec=()
    shift 2
    # Runs in a shell of its own: stops what it has started.
    started=()
    work=$(mktemp -d)
    trap cleanup EXIT
    for id in $(seq 7000001 7000040); do
        bots+=(--bot "$id:secret_of_a_flow:flow_${id}_bot")
        tokens+=("$id:secret_of_a_flow")
    done
    begin telegram "$binary" telegram --listen 127.0.0.1:0 "${bots[@]}" || return 1
    export TELEGRAM_DIRECT=$begun TELEGRAM_TOKENS="${tokens[*]}"
    [ -z "$plant" ] || spec=(--plant "$plant")
    begin observer "$python" "$flows/python/observer.py" "$TELEGRAM_DIRECT" "${spec[@]}" || return 1
    export TELEGRAM_API=$begun
    case $client in
        aiogram) "$python" -m with_aiogram "$@" ;;
        ptb) "$python" -m with_ptb "$@" ;;
        grammy)
            # Modules are looked for beside the file that asks for them.
            mkdir -p "$cache/grammy/flows"
            cp "$flows"/grammy/*.mjs "$cache/grammy/flows/"
            node "$cache/grammy/flows/main.mjs" "$@"
            ;;
        *) say "there is no client $client (aiogram, ptb, grammy)"; return 2 ;;
    esac
}

# plant CLIENT…: each fault of the list, one by one. A run that fails without a flow that did proves
# nothing.
plant() {
    local name spec client found missed=0 planted=0
    for client in "$@"; do
        (launch "$client" "") </dev/null >"$work/sound" 2>&1 ||
            { say "$client fails without a fault, too; run it alone first"; return 1; }
    done
    while IFS=$'\t' read -r name spec; do
        [ -n "$spec" ] || continue
        for client in "$@"; do
            planted=$((planted + 1))
            (launch "$client" "$spec") </dev/null >"$work/planted" 2>&1 || true
            found=$(sed -n 's/^FAILED *[a-z]* *\(.*\) (.*/\1/p' "$work/planted" | paste -sd, | sed 's/,/, /g')
            [ -n "$found" ] || missed=$((missed + 1))
            printf '%-8s %s: %s\n' "$client" "$name" "${found:-NOT NOTICED}"
        done
    done < <(grep -v '^#' "$flows/plants.txt")
    say "$planted planted, $missed not noticed"
    [ "$missed" = 0 ]
}

clients=()
is_planting=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    case $1 in
        --plant) is_planting=yes ;;
        *) clients+=("$1") ;;
    esac
    shift
done
[ $# -eq 0 ] || shift
[ ${#clients[@]} -gt 0 ] || clients=(aiogram ptb grammy)
if [ -n "$is_planting" ]; then
    plant "${clients[@]}"
    exit
fi

begun_at=$(date +%s)
running=()
for client in "${clients[@]}"; do
    (launch "$client" "" "$@") &
    running+=($!)
done
status=0
for process in "${running[@]}"; do
    wait "$process" || status=1
done
say "$(($(date +%s) - begun_at)) s, $([ $status = 0 ] && echo "all is well" || echo "something FAILED")"
exit $status
