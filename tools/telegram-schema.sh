#!/usr/bin/env bash
# Every request that the Bot API client can make, checked against the models of an independent
# client. The requests are in crates/telegram/tests/schema/requests.jsonl; a test keeps them true.
#
# aiogram comes from PyPI into .cache/.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'telegram-schema: %s\n' "$*" >&2; }
skip() {
    if [ "${CI:-}" = true ]; then say "$*, and CI never skips"; exit 1; fi
    say "SKIPPED, $*"
    exit 0
}

schema=crates/telegram/tests/schema
version=$(sha256sum "$schema/requirements.txt" | cut -c 1-12)
venv=$PWD/.cache/telegram-schema-$version

if [ ! -e "$venv/.installed" ]; then
    command -v python3 >/dev/null || skip "there is no python3"
    rm -rf "$venv"
    mkdir -p .cache
    python3 -m venv "$venv" 2>/dev/null || skip "python3 has no venv (apt-get install python3-venv)"
    "$venv/bin/pip" install --quiet --no-deps -r "$schema/requirements.txt" ||
        { rm -rf "$venv"; skip "aiogram cannot be installed from PyPI"; }
    touch "$venv/.installed"
fi

"$venv/bin/python" "$schema/check.py" "$schema/requests.jsonl"
