#!/usr/bin/env bash
# Mutation testing of what money and states rest on: ledger, idempotency, the tables of states.
#
#     tools/mutants.sh [list | again] [platform | services | shop] [OPTION of cargo-mutants …]
#
# Without a name all three run one after the other; `list` counts the mutants only. Needs
# cargo-mutants. The working tree is mutated in place and put back, so that nothing is built anew but
# the package: do not edit meanwhile. Each mutant runs the tests that look at its place, on SQLite;
# `again` takes what survived that and runs every test of the package near money, on PostgreSQL too
# where there is one (tools/with-services.sh). What survives both belongs into docs/mutants.md with
# its reason, or gets a test.
set -euo pipefail
cd "$(dirname "$0")/.."

mode=all what=all
case ${1:-} in
    list | again) mode=$1; shift ;;
esac
case ${1:-} in
    platform | services | shop) what=$1; shift ;;
esac
export TORG_WEB=skip
unset TORG_TEST_REDIS
[ "$mode" = again ] || unset TORG_TEST_POSTGRES

# Files of a package, and the names of the tests that look at them.
files_of() {
    case $1 in
        platform) echo "crates/platform/src/ledger/*.rs crates/platform/src/idempotency/*.rs
            crates/platform/src/wallet/state.rs crates/platform/src/payments/decide.rs" ;;
        services) echo "crates/services/src/domain/order/state.rs
            crates/services/src/domain/order/decide.rs
            crates/services/src/domain/order/timing.rs" ;;
        shop) echo "crates/shop/src/domain/order/state.rs" ;;
    esac
}
tests_of() {
    case $1-$mode in
        platform-again) echo "--lib --test it -- ledger:: idempotency:: wallet:: payments:: admin:: seal::" ;;
        *-again) echo "--lib --test it" ;;
        platform-*) echo "--lib --test it -- ledger:: idempotency:: wallet::state payments::decide admin::adjust" ;;
        services-* | shop-*) echo "--lib -- domain::" ;;
    esac
}

mkdir -p target
status=0
for package in platform services shop; do
    case $what in all | "$package") ;; *) continue ;; esac
    options=(--package "torg-$package")
    for file in $(files_of "$package"); do options+=(--file "$file"); done
    [ "$mode" != again ] || options+=(--iterate)
    if [ "$mode" = list ]; then
        printf '%s: %s mutants\n' "$package" "$(cargo mutants --list "${options[@]}" "$@" | wc -l)"
        continue
    fi
    # shellcheck disable=SC2046 # one word per option
    cargo mutants --in-place --output "target/mutants-$package" "${options[@]}" "$@" \
        -- $(tests_of "$package") || status=$?
done
exit $status
