#!/usr/bin/env bash
# The phone of the demo in a real browser: builds the binary, installs what the test needs (a
# browser by apt-get where that is allowed, its driver by npm), and runs crates/sandbox/tests/phone.
#
#     tools/phone.sh [ARGUMENT OF node --test …]
#
# TORG_PROGRAM names a binary that is built already, CHROMIUM a browser.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf 'phone: %s\n' "$*"; }

skip() {
    if [ "${CI:-}" = true ]; then
        say "$1, and CI never skips" >&2
        exit 1
    fi
    say "SKIPPED: $1"
    exit 0
}

command -v npm >/dev/null || skip "npm is missing"
find_browser() {
    for browser in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
        [ -n "$browser" ] && command -v "$browser" && return
    done
    return 1
}
if ! find_browser >/dev/null; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        skip "there is no Chromium, and only root can install it"
    fi
    say "installing chromium"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-color-emoji >/dev/null
fi
CHROMIUM=$(find_browser)
export CHROMIUM
say "browser: $("$CHROMIUM" --version 2>/dev/null)"

if [ -z "${TORG_PROGRAM:-}" ]; then
    cargo build --quiet -p torg
    TORG_PROGRAM=${CARGO_TARGET_DIR:-$PWD/target}/debug/torg
fi
export TORG_PROGRAM
say "program: $TORG_PROGRAM"

cd crates/sandbox/tests/phone
# Installed before, and for the same versions?
if ! cmp -s package-lock.json node_modules/.installed-for; then
    say "installing the driver of the browser"
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
    cp package-lock.json node_modules/.installed-for
fi
exec node --test --test-concurrency=1 --test-reporter=spec "$@"
