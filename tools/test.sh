#!/usr/bin/env bash
# Every test of the workspace, and at the end what came of it. `make test` runs this beside a
# private PostgreSQL and Redis (with-services.sh).
set -uo pipefail
cd "$(dirname "$0")/.."

failed=()
step() {
    local name=$1
    shift
    printf '\n== %s\n' "$name"
    "$@" || failed+=("$name")
}

# What a script skips, it writes here.
TORG_SKIPPED=$(mktemp)
export TORG_SKIPPED
# Where Node is, a binary without the Mini App is a failure, and not a way out of it.
. tools/lib/node.sh
if has_node; then
    export TORG_WEB=${TORG_WEB:-required}
fi

# nextest gives each test a process of its own. Compiling it takes longer than the suite, so where
# it is missing Cargo's own runner does the work and this script adds up its summaries.
summary=$(mktemp)
trap 'rm -f "$summary" "$TORG_SKIPPED"' EXIT
with_nextest() {
    cargo nextest run --workspace --cargo-quiet 2>&1 | tee "$summary"
    return "${PIPESTATUS[0]}"
}
with_cargo() {
    cargo test --quiet --workspace --lib --bins --tests --no-fail-fast 2>&1 | tee "$summary"
    return "${PIPESTATUS[0]}"
}
# First, because the test of the official client needs what it installs.
step "contracts" tools/contracts.sh

if cargo nextest --version >/dev/null 2>&1; then
    step "tests" with_nextest
    line=$(grep -E '^ *Summary ' "$summary" | tail -n 1)
else
    step "tests" with_cargo
    line=$(awk '/^test result:/ { passed += $4; failed += $6; ignored += $8; binaries++ }
        END { printf "     Summary %d tests run in %d binaries: %d passed, %d failed, %d skipped",
            passed + failed, binaries, passed, failed, ignored }' "$summary")
fi

step "doc tests" cargo test --quiet --workspace --doc
step "the running server against its OpenAPI document" tools/schemathesis.sh
step "requests of the Bot API client against another client's models" tools/telegram-schema.sh
step "other clients against the local Telegram" tools/telegram-clients.sh
step "types and unit tests of the Mini App" tools/web.sh
step "the phone in a browser" tools/phone.sh
step "the Mini App in a browser" tools/browser.sh

printf '\n== result\n%s\n' "${line:-     Summary: the tests did not build}"
[ -n "${TORG_TEST_POSTGRES:-}" ] || echo "     SKIPPED: everything on PostgreSQL"
[ -n "${TORG_TEST_REDIS:-}" ] || echo "     SKIPPED: everything on Redis"
sed 's/^/     SKIPPED: /' "$TORG_SKIPPED"
if [ ${#failed[@]} -gt 0 ]; then
    printf '     FAILED: %s\n' "${failed[@]}"
    exit 1
fi
