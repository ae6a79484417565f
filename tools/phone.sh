#!/usr/bin/env bash
# The phone of the demo in a real browser: builds the binary, installs what the test needs (a
# browser by apt-get where that is allowed, its driver by npm), and runs crates/sandbox/tests/phone.
#
#     tools/phone.sh [ARGUMENT OF node --test …]
#
# TORG_PROGRAM names a binary that is built already, CHROMIUM a browser.
set -euo pipefail
cd "$(dirname "$0")/.."
name=phone
. tools/lib/say.sh
. tools/lib/node.sh
. tools/lib/chromium.sh
. tools/lib/program.sh

need_node
need_browser
need_program

cd crates/sandbox/tests/phone
install_locked
exec node --test --test-concurrency=1 --test-reporter=spec "$@"
