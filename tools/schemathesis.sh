#!/usr/bin/env bash
# Fuzzes the running server against its own OpenAPI document: no answer may be a 5xx, have an
# undocumented status or a body that the document does not describe.
#
# schemathesis comes from PyPI into .cache/; the server runs on a throw-away SQLite file.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'schemathesis: %s\n' "$*" >&2; }
skip() {
    if [ "${CI:-}" = true ]; then say "$*, and CI never skips"; exit 1; fi
    say "SKIPPED, $*"
    exit 0
}

version=4.32.5
venv=$PWD/.cache/schemathesis-$version
examples=${TORG_SCHEMATHESIS_EXAMPLES:-30}
seed=${TORG_SCHEMATHESIS_SEED:-1}

if [ ! -x "$venv/bin/schemathesis" ]; then
    command -v python3 >/dev/null || skip "there is no python3"
    rm -rf "$venv"
    mkdir -p .cache
    python3 -m venv "$venv" 2>/dev/null || skip "python3 has no venv (apt-get install python3-venv)"
    "$venv/bin/pip" install --quiet "schemathesis==$version" ||
        { rm -rf "$venv"; skip "it cannot be installed from PyPI"; }
fi

cargo build --quiet -p torg
binary=$(cargo metadata --no-deps --format-version 1 |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')/debug/torg

work=$(mktemp -d)
server=
: >"$work/stdout"
cleanup() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap cleanup EXIT

admin=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
token="7000000001:schemathesis-token-of-a-bot-that-does-not-exist"
env TORG_HTTP__LISTEN=127.0.0.1:0 \
    TORG_DATABASE__URL="sqlite://$work/torg.db" \
    TORG_TELEGRAM__BOT_TOKEN="$token" \
    TORG_TELEGRAM__UPDATES=off \
    TORG_AUTH__JWT_SECRET="$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')" \
    TORG_ADMIN__SECRET="$admin" \
    TORG_SERVICES__DEV_RECHARGE=true \
    TORG_PAYMENTS__TEST_PROVIDER=true \
    TORG_LIMITS__ENABLED=false \
    "$binary" serve >"$work/stdout" 2>"$work/stderr" &
server=$!
base=
for _ in $(seq 300); do
    base=$(sed -n 's/^listening on \(http[^ ]*\).*/\1/p' "$work/stdout" | head -n 1)
    [ -z "$base" ] || break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
done
if [ -z "$base" ]; then
    say "torg serve did not start:"
    tail -n 20 "$work/stdout" "$work/stderr" >&2
    exit 1
fi

# A document cannot say all rules (an order of one's own, a full one, a known city), so a request that
# fits its schema may be refused; what it may be refused with is what the document lists.
authorization="Bearer $(python3 tools/init_data.py "$token" 4242)"
status=0
# It leaves its findings in the working directory.
cd "$work"
fuzz() {
    "$venv/bin/schemathesis" run "$base/openapi.json" \
        --exclude-checks positive_data_acceptance \
        --max-examples "$examples" \
        --request-timeout 10 \
        --seed "$seed" \
        --no-color "$@" || status=$?
}
say "as a customer"
fuzz --header "Authorization: $authorization" --phases examples,coverage,fuzzing,stateful
say "as the operator"
fuzz --header "X-Admin-Secret: $admin" --phases examples,coverage,fuzzing \
    --include-path-regex '/admin/' --exclude-checks ignored_auth

if ! kill -0 "$server" 2>/dev/null; then
    say "the server died under it:"
    tail -n 20 "$work/stderr" >&2
    status=1
fi
if [ $status != 0 ]; then
    grep -E '"(status_code|status)":5|panicked' "$work/stderr" | tail -n 10 >&2 || true
fi
exit "$status"
