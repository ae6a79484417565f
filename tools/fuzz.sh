#!/usr/bin/env bash
# Each fuzz target for a minute (or TORG_FUZZ_SECONDS), starting from its committed corpus.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo +nightly fuzz --version >/dev/null 2>&1 || {
    echo "fuzz: needs nightly Rust and cargo-fuzz (rustup toolchain install nightly; cargo install --locked cargo-fuzz)" >&2
    exit 1
}
for target in $(cargo +nightly fuzz list); do
    echo "== $target"
    # New finds stay out of the committed corpus until somebody looks at them.
    mkdir -p "fuzz/artifacts/$target" ".cache/fuzz/$target"
    cargo +nightly fuzz run "$target" ".cache/fuzz/$target" "fuzz/corpus/$target" -- \
        -max_total_time="${TORG_FUZZ_SECONDS:-60}"
done
