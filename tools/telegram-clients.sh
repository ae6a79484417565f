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
stop() {
    for process in "${started[@]}"; do
        kill "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
    done
    started=()
}
trap 'stop; rm -rf "$work"' EXIT

# begin NAME COUNT COMMAND…: starts something that says where it listens, at COUNT addresses: `begun`.
begin() {
    local name=$1 count=$2
    shift 2
    "$@" >"$work/$name.out" 2>"$work/$name.err" &
    started+=($!)
    for _ in $(seq 1200); do
        mapfile -t begun < <(sed -n 's/^listening on \(http[^ ]*\).*/\1/p' "$work/$name.out")
        [ ${#begun[@]} -lt "$count" ] || return 0
        kill -0 "${started[-1]}" 2>/dev/null || break
        sleep 0.05
    done
    say "$name did not start:"
    tail -n 20 "$work/$name.err" >&2
    return 1
}

declare -A direct api
bots=()
tokens=()
for id in $(seq 7000001 7000040); do
    bots+=(--bot "$id:secret_of_a_flow:flow_${id}_bot")
    tokens+=("$id:secret_of_a_flow")
done
export TELEGRAM_TOKENS="${tokens[*]}"

# open PLANT CLIENT…: a Telegram for each client and the observer before them, perhaps with a fault. A
# flow has a bot of its own.
open() {
    local spec=() client addresses=()
    [ -z "$1" ] || spec=(--plant "$1")
    shift
    for client in "$@"; do
        begin "telegram-$client" 1 "$binary" telegram --listen 127.0.0.1:0 "${bots[@]}"
        direct[$client]=${begun[0]}
        addresses+=("${begun[0]}")
    done
    begin observer $# "$python" "$flows/python/observer.py" "${spec[@]}" "${addresses[@]}"
    for client in "$@"; do
        api[$client]=${begun[0]}
        begun=("${begun[@]:1}")
    done
}

# run CLIENT FLOW…: its flows, or some.
run() {
    local client=$1
    shift
    export TELEGRAM_DIRECT=${direct[$client]} TELEGRAM_API=${api[$client]}
    case $client in
        aiogram) "$python" -m with_aiogram "$@" ;;
        ptb) "$python" -m with_ptb "$@" ;;
        grammy)
            # Modules are looked for beside the file that asks for them.
            mkdir -p "$cache/grammy/flows"
            cp "$flows"/grammy/*.mjs "$cache/grammy/flows/"
            node "$cache/grammy/flows/main.mjs" "$@"
            ;;
    esac
}

# plant CLIENT…: each fault of the list, one by one, after a run without any. A run that fails
# without a flow that did proves nothing.
plant() {
    local name spec client found missed=0 planted=0 runs
    while IFS=$'\t' read -r name spec; do
        open "$spec" "$@"
        runs=()
        for client in "$@"; do
            run "$client" </dev/null >"$work/planted-$client" 2>&1 &
            runs+=($!)
        done
        for process in "${runs[@]}"; do wait "$process" || true; done
        stop
        for client in "$@"; do
            found=$(sed -n 's/^FAILED *[a-z]* *\(.*\) (.*/\1/p' "$work/planted-$client" | paste -sd, | sed 's/,/, /g')
            if [ -z "$spec" ]; then
                [ -z "$found" ] || { say "$client fails without a fault, too: $found"; return 1; }
                continue
            fi
            planted=$((planted + 1))
            [ -n "$found" ] || missed=$((missed + 1))
            printf '%-8s %s: %s\n' "$client" "$name" "${found:-NOT NOTICED}"
        done
    done < <(echo; grep -v '^#' "$flows/plants.txt")
    say "$planted planted, $missed not noticed"
    [ "$missed" = 0 ]
}

clients=()
is_planting=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    case $1 in
        --plant) is_planting=yes ;;
        aiogram | ptb | grammy) clients+=("$1") ;;
        *) say "there is no client $1: aiogram, ptb, grammy"; exit 2 ;;
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
open "" "${clients[@]}"
running=()
for client in "${clients[@]}"; do
    run "$client" "$@" &
    running+=($!)
done
status=0
for process in "${running[@]}"; do
    wait "$process" || status=1
done
say "$(($(date +%s) - begun_at)) s, $([ $status = 0 ] && echo "all is well" || echo "something FAILED")"
exit $status
