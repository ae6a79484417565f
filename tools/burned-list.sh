#!/usr/bin/env bash
# The Burned List: plants each fault of tools/burned-list.txt and wants the test named there to fail,
# and to pass without it. The tests are built once, with the feature `planted`.
#
#     tools/burned-list.sh [--only PLANT] [--seed N]
#
# The faults and their tests draw nothing, so the seed changes nothing; it is taken because every
# part of the proof takes one. Prints a line per plant, and as the last one a JSON object for the
# table of promises. Needs PostgreSQL, which it starts like the other tests.
set -euo pipefail
cd "$(dirname "$0")/.."

only='' seed=0
while [ $# -gt 0 ]; do
    case $1 in
        --only) only=$2; shift 2 ;;
        --seed) seed=$2; shift 2 ;;
        *) sed -n '2,9p' "$0"; exit 2 ;;
    esac
done
if [ -z "${TORG_TEST_POSTGRES:-}" ]; then
    exec tools/with-services.sh "$0" --only "$only" --seed "$seed"
fi
if [ -z "$TORG_TEST_POSTGRES" ]; then
    echo "burned-list: no PostgreSQL" >&2
    exit 1
fi
started=$(date +%s)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

packages=$(awk '!/^#/ && $3 != "-" { print $3 }' tools/burned-list.txt | sort -u)
options=$(printf ' -p %s' $packages)
# shellcheck disable=SC2086 # one word per option
TORG_WEB=${TORG_WEB:-skip} cargo test --quiet --no-run --test it --message-format=json $options \
    --features torg-platform/planted,torg-testkit/planted >"$folder/built" || {
    # Without its JSON the compiler says it to people.
    cargo test --no-run --test it $options --features torg-platform/planted,torg-testkit/planted
    exit 1
}

# The test binary of a package.
binary_of() {
    sed -n 's/.*"manifest_path":"[^"]*\/crates\/'"${1#torg-}"'\/Cargo.toml".*"executable":"\([^"]*\)".*/\1/p' \
        "$folder/built" | tail -n 1
}

# Runs one test with one plant, or none: passed, failed, or what else happened.
outcome() {
    local package=$1 test=$2 plant=$3 status=0
    (cd "crates/${package#torg-}" && CARGO_MANIFEST_DIR=$PWD TORG_PLANT=$plant \
        timeout 120 "$(binary_of "$package")" --exact "$test") >"$folder/output" 2>&1 || status=$?
    if [ $status = 0 ] && grep -q '^test result: ok. 1 passed' "$folder/output"; then
        echo passed
    elif [ $status = 101 ] && grep -q '^test result: FAILED. 0 passed; 1 failed' "$folder/output"; then
        echo failed
    else
        echo "no result (status $status)"
    fi
}

failures=0 impossible=0 plants=0 found=0 sound=0
declare -A healthy numbers
while read -r number plant package test; do
    case $number in '#'*) continue ;; esac
    if [ -n "$only" ] && [ "$plant" != "$only" ]; then continue; fi
    if [ "$number" != - ] && [ -z "${numbers[$number]:-}" ]; then
        numbers[$number]=seen
        failures=$((failures + 1))
    fi
    if [ "$plant" = - ]; then
        impossible=$((impossible + 1))
        continue
    fi
    plants=$((plants + 1))
    if [ -z "${healthy[$test]:-}" ]; then healthy[$test]=$(outcome "$package" "$test" ''); fi
    planted=$(outcome "$package" "$test" "$plant")
    if [ "${healthy[$test]}" = passed ]; then sound=$((sound + 1)); fi
    if [ "$planted" = failed ]; then found=$((found + 1)); fi
    printf '%-4s %-24s without it: %s, with it: %s  %s\n' \
        "$number" "$plant" "${healthy[$test]}" "$planted" "$test"
done <tools/burned-list.txt

ok=false
if [ $plants -gt 0 ] && [ $found = $plants ] && [ $sound = $plants ]; then ok=true; fi
printf '{"part":"burned-list","ok":%s,"seed":%s,"figures":{"failures":%s,"impossible":%s,"plants":%s,"found":%s,"sound_without":%s},"command":"tools/burned-list.sh","seconds":%s}\n' \
    $ok "$seed" $failures $impossible $plants $found $sound "$(($(date +%s) - started))"
[ $ok = true ]
