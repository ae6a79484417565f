#!/usr/bin/env bash
# Every promise, each beside what would break it: simulation, kills, power cuts, repeated requests,
# races, the authorisation matrix, planted faults, fuzzing. Prints the table of promises with the
# figures of this run. `make prove` runs it.
#
#     tools/prove.sh [--seed N] [--long] [--only PART]
#
# Short: about 16 minutes on two cores with everything built. Long: hours, with the optimised build.
set -uo pipefail
cd "$(dirname "$0")/.."

seed=1 long=no only=
while [ $# -gt 0 ]; do
    case $1 in
        --seed) seed=$2; shift 2 ;;
        --long) long=yes; shift ;;
        --only) only=$2; shift 2 ;;
        *) sed -n '2,8p' "$0"; exit 2 ;;
    esac
done
if [ -z "${TORG_TEST_POSTGRES:-}" ]; then
    arguments=(--seed "$seed")
    [ $long = no ] || arguments+=(--long)
    [ -z "$only" ] || arguments+=(--only "$only")
    exec tools/with-services.sh "$0" "${arguments[@]}"
fi

export TORG_WEB=${TORG_WEB:-skip} TORG_PROVE=1
target=${CARGO_TARGET_DIR:-target}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
results=$work/results
touch "$results"

# Sizes: short, long.
if [ $long = yes ]; then
    days=10000 compare=40 kills=1000 outages=100 cuts=10000 requests=1000000 fuzz=600
    profile=(--profile prove) folder=prove
    export TORG_RACE_ROUNDS=${TORG_RACE_ROUNDS:-1}
else
    days=20 compare=4 kills=25 outages=5 cuts=400 requests=20000 fuzz=10
    profile=() folder=debug
fi

# Runs a part and keeps the JSON object that it prints; a part without one has failed.
part() {
    local name=$1 began status=0 line
    shift
    if [ -n "$only" ] && [ "$only" != "$name" ]; then return; fi
    printf '== %s: %s\n' "$name" "$*"
    began=$(date +%s)
    "$@" >"$work/output" 2>&1 || status=$?
    # A test runner may print something around it.
    line=$(grep -ao '{.*"part":.*}' "$work/output" | tail -n 1)
    if [ -z "$line" ]; then
        tail -n 20 "$work/output"
        line="{\"part\":\"$name\",\"ok\":false,\"figures\":{\"status\":$status}}"
    elif [ $status != 0 ]; then
        tail -n 20 "$work/output"
    fi
    printf '{"name":"%s","took":%d,"status":%d,"result":%s}\n' \
        "$name" $(($(date +%s) - began)) $status "$line" >>"$results"
}

# The same seed twice: the same hash.
simulate() {
    local first second
    "$torg" sim --json --seed "$seed" --days "$1" >"$work/sim" || { cat "$work/sim"; return 1; }
    cat "$work/sim"
    first=$(sed -n 's/^hash //p' "$work/sim")
    second=$("$torg" sim --seed "$seed" --days "$2" | sed -n 's/^hash //p')
    if [ "$1" = "$2" ] && [ "$first" != "$second" ]; then
        echo "the same seed gave $first and $second"
        return 1
    fi
}

# Faults that the simulator must find within a minute and tell by a short history.
find_plants() {
    local plant began took slowest=0 longest=0 acts found=0 all=0 missed=
    # Row locks exist on PostgreSQL only: races and the Burned List look for their removal.
    for plant in dedup-removed refund-twice refund-again hold-not-released \
        event-before-commit contact-in-log route-without-policy balance-unchecked \
        key-without-scope stock-unchecked fork-unclaimed; do
        all=$((all + 1)) began=$(date +%s%N)
        timeout 60 "$torg" sim --json --seed "$seed" --days 100000 --shrink 0 --plant $plant >"$work/plant" 2>&1
        took=$((($(date +%s%N) - began) / 1000000))
        if ! grep -q '"ok":false' "$work/plant"; then
            missed="$missed $plant"
            continue
        fi
        found=$((found + 1))
        [ $took -le $slowest ] || slowest=$took
        timeout 100 "$torg" sim --json --seed "$(sed -n 's/.*"world":\([0-9]*\).*/\1/p' "$work/plant")" \
            --days 2 --shrink 30 --plant $plant >"$work/plant" 2>&1
        acts=$(sed -n 's/.*"acts_after":\([0-9]*\).*/\1/p' "$work/plant")
        echo "$plant: found after $took ms, $acts acts: $(tail -n 1 "$work/plant")"
        [ "${acts:-999}" -le $longest ] || longest=${acts:-999}
    done
    echo "missed:$missed"
    printf '{"part":"plants","ok":%s,"seed":%d,"figures":{"planted":%d,"found":%d,"slowest_ms":%d,"longest_history":%d}}\n' \
        "$([ $found = $all ] && echo true || echo false)" "$seed" $all $found $slowest $longest
    [ $found = $all ]
}

compare_engines() {
    local url=${TORG_TEST_POSTGRES%/*}/prove_compare lines
    psql -q "$TORG_TEST_POSTGRES" -c 'DROP DATABASE IF EXISTS prove_compare' -c 'CREATE DATABASE prove_compare' || return 1
    lines=$("$torg" sim --seed "$seed" --days $compare --compare "$url") || return 1
    echo "$lines"
    printf '{"part":"compare","ok":true,"seed":%d,"figures":{"days":%d,"lines":%d,"differences":0}}\n' \
        "$seed" $compare "$(echo "$lines" | tr -dc 0-9)"
}

fuzz_all() {
    local targets=0
    for file in fuzz/fuzz_targets/*.rs; do
        tools/fuzz.sh "$(basename "$file" .rs)" $fuzz || return 1
        targets=$((targets + 1))
    done
    printf '{"part":"fuzz","ok":true,"figures":{"targets":%d,"seconds_each":%d,"crashes":0}}\n' $targets $fuzz
}

mutate() {
    command -v cargo-mutants >/dev/null || { echo "SKIPPED: cargo-mutants is not installed" >&2; return 1; }
    tools/mutants.sh "$@"
}

printf '== building\n'
# First the program as it is: what is killed, cut, raced and asked. Then the one that can be planted.
cargo build --quiet "${profile[@]}" -p torg -p torg-prove || exit 1
cp "$target/$folder/torg" "$work/torg-plain"
prove=$target/$folder/torg-prove
cargo build --quiet "${profile[@]}" -p torg --features planted || exit 1
torg=$work/torg
cp "$target/$folder/torg" "$torg"
export TORG_BIN=$work/torg-plain

again=$days
[ $long = no ] || again=20
part sim simulate $days $again
part plants find_plants
part compare compare_engines
part kill-sqlite "$prove" kill --engine sqlite --kills $kills --seed "$seed"
part kill-postgres "$prove" kill --engine postgres --kills $kills --seed "$seed"
part kill-database "$prove" kill --engine postgres --victim database --kills $outages --seed "$seed"
part power "$prove" power --cuts $cuts --seed "$seed"
part keys "$prove" keys --requests $requests --duplicates 30 --engine sqlite --seed "$seed"
unset TORG_BIN
part authz cargo test -q -p torg --test it authz::matrix -- --nocapture
part races cargo test -q -p torg --test it races:: -- --nocapture
part burned-list tools/burned-list.sh
part fuzz fuzz_all
if [ $long = yes ]; then
    part mutants mutate
fi

"$prove" table "$results" --commit "$(git rev-parse --short HEAD 2>/dev/null || echo unknown)"
