#!/bin/sh
# Coverage-guided fuzzing on the stable toolchain, from the committed corpus.
#   tools/fuzz.sh                              every target, TORG_FUZZ_SECONDS (60) each
#   tools/fuzz.sh TARGET SECONDS [OPTION...]   one target; options are libFuzzer's
# Needs cargo and a C++ compiler. Fails when a target crashes.
set -eu
cd "$(dirname "$0")/../fuzz"

if [ $# -eq 0 ]; then
    for file in fuzz_targets/*.rs; do
        target=$(basename "$file" .rs)
        echo "== $target"
        ../tools/fuzz.sh "$target" "${TORG_FUZZ_SECONDS:-60}"
    done
    exit
fi
target=$1
seconds=${2:?"usage: tools/fuzz.sh [TARGET SECONDS [OPTION...]]"}
shift 2

# What cargo-fuzz sets, less the address sanitizer, which needs nightly. The explicit --target
# keeps these flags away from build scripts and procedural macros.
host=$(rustc -vV | sed -n 's/^host: //p')
RUSTFLAGS="${RUSTFLAGS:-} --cfg fuzzing -Ccodegen-units=1 -Cpasses=sancov-module \
-Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
-Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares" \
    cargo build --release --target-dir ../target/fuzz --target "$host" --bin "$target"

# New finds stay out of the committed corpus until somebody looks at them.
finds=../.cache/fuzz/$target
mkdir -p "$finds" "artifacts/$target"
"../target/fuzz/$host/release/$target" -max_total_time="$seconds" -max_len=9000 -timeout=5 \
    -print_final_stats=1 -artifact_prefix="artifacts/$target/" "$@" \
    "$finds" "corpus/$target"
