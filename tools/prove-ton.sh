#!/usr/bin/env bash
# The long proof of money in and out: the hot wallet on the development chain behind a server that
# lies, with a process that dies at every step. `tools/prove-ton.sh [FIRST_SEED] [WORLDS]`; a world of
# deposits lives 25 rounds, one of withdrawals 20. 4,000 and 500 worlds are 100,000 and 10,000 rounds.
set -euo pipefail
cd "$(dirname "$0")/.."
export TORG_SEED=${1:-1} TORG_RUNS=${2:-500}
exec cargo test --release -p torg-sandbox --test it -- --nocapture \
    "hot_wallet::${TORG_PART:-}" --skip postgres
