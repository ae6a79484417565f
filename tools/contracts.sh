#!/usr/bin/env bash
# The contracts: installs their tools (which the test of the official client needs too), checks that
# the compiled files are what the sources make, and runs their tests.
set -euo pipefail
cd "$(dirname "$0")/../contracts"

if ! command -v npm >/dev/null; then
    if [ "${CI:-}" = true ]; then
        echo "npm is missing, and CI never skips" >&2
        exit 1
    fi
    echo "SKIPPED: the contracts' own tests and the official client, because npm is missing"
    exit 0
fi
# Installed before, and for the same versions?
if ! cmp -s package-lock.json node_modules/.installed-for; then
    npm ci --no-audit --no-fund --loglevel=error
    cp package-lock.json node_modules/.installed-for
fi
npm run --silent check
npm test --silent
