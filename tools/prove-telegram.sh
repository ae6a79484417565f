#!/usr/bin/env bash
# The long proof of the bot: its intake, its handling of updates and its queue of messages against
# the local Telegram, with lost answers, 429, 502, updates twice and in another order, poison, people
# who block and come back, and a process that dies in the middle of it.
# `tools/prove-telegram.sh [FIRST_SEED] [WORLDS] [ACTS]`; a world has 40 people, and an act is an update
# or a message of a market: 334 worlds of 300 acts are 100,200.
set -euo pipefail
cd "$(dirname "$0")/.."
export TORG_BOT_SEED=${1:-1} TORG_BOT_WORLDS=${2:-334} TORG_BOT_ACTS=${3:-300}
exec cargo test --release -p torg-sandbox --test it -- --nocapture \
    bot::rounds::everything_goes_wrong_and_comes_right::sqlite
