#!/usr/bin/env bash
# Licences, bans and sources; advisories too where their database is at hand. Compiling cargo-deny
# takes longer than everything it checks here, so its absence is said, not repaired.
set -euo pipefail

if ! cargo deny --version >/dev/null 2>&1; then
    echo "deny: SKIPPED, no cargo-deny here (cargo install --locked cargo-deny)" >&2
    exit 0
fi
cargo deny --offline --log-level error check --hide-inclusion-graph licenses bans sources
if [ -n "$(ls -A "${CARGO_HOME:-$HOME/.cargo}/advisory-dbs" 2>/dev/null)" ]; then
    cargo deny --offline --log-level error check --disable-fetch advisories
else
    echo "deny: advisories SKIPPED, their database is not here (cargo deny fetch)" >&2
fi
